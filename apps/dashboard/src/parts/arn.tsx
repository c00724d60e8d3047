import { useState } from 'preact/hooks';
import { Icon } from './icon.tsx';

/** An ARN or id that can be copied. */
export function Arn({ arn, label = 'ARN' }: { readonly arn: string; readonly label?: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(arn);
    setCopied(true);
  };
  return (
    <span class="arn">
      <code class="breakable">{arn}</code>
      <button
        type="button"
        class="icon-button"
        onClick={copy}
        aria-label={`Copy ${label}`}
        title={`Copy ${label}`}
      >
        <Icon name={copied ? 'check' : 'copy'} />
      </button>
      <span class="visually-hidden" aria-live="polite">
        {copied ? 'Copied' : ''}
      </span>
    </span>
  );
}
