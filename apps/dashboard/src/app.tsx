import { LocationProvider, Route, Router } from 'preact-iso';
import { Now, useTickingNow } from './now.ts';
import { ActivitiesPage } from './pages/activities.tsx';
import { CoveragePage } from './pages/coverage.tsx';
import { ExecutionPage } from './pages/execution.tsx';
import { ExecutionsPage } from './pages/executions.tsx';
import { FindingPage } from './pages/finding.tsx';
import { FindingsPage } from './pages/findings.tsx';
import { NotFoundPage } from './pages/not-found.tsx';
import { OverviewPage } from './pages/overview.tsx';
import { StateMachinePage } from './pages/state-machine.tsx';
import { StateMachinesPage } from './pages/state-machines.tsx';
import { Shell } from './shell.tsx';

/** The whole dashboard: the shell, and the page that the URL names. */
export function App() {
  const now = useTickingNow();
  return (
    <Now.Provider value={now}>
      <LocationProvider>
        <Shell>
          <Router onRouteChange={focusMain}>
            <Route path="/" component={OverviewPage} />
            <Route path="/findings" component={FindingsPage} />
            <Route path="/findings/:findingId" component={FindingPage} />
            <Route path="/state-machines" component={StateMachinesPage} />
            <Route path="/state-machines/:stateMachineArn" component={StateMachinePage} />
            <Route path="/executions" component={ExecutionsPage} />
            <Route path="/executions/:executionArn" component={ExecutionPage} />
            <Route path="/activities" component={ActivitiesPage} />
            <Route path="/coverage" component={CoveragePage} />
            <Route default component={NotFoundPage} />
          </Router>
        </Shell>
      </LocationProvider>
    </Now.Provider>
  );
}

/** After a change of page, the keyboard and the screen reader go on at its top. */
function focusMain() {
  document.getElementById('main')?.focus({ preventScroll: true });
}
