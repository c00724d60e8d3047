import { useLocation } from 'preact-iso';
import { Page } from '../parts/page.tsx';

export function NotFoundPage() {
  const { path } = useLocation();
  return (
    <Page title="Page not found">
      <p class="breakable">
        There is no page at <code>{path}</code>. What you look for may be under{' '}
        <a href="/executions">executions</a>, <a href="/findings">findings</a> or{' '}
        <a href="/state-machines">state machines</a>.
      </p>
    </Page>
  );
}
