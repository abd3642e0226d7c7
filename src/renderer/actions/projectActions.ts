import type { ScanAction } from '../client/api.ts';
import { desktop } from '../client/desktop.ts';
import type { Action } from './action.ts';
import type { ActionContext } from './actionContext.ts';
import { defineAction } from './defineAction.ts';

export function projectActions(context: ActionContext): Action[] {
  const { session, review } = context;
  const scan = (id: string, label: () => string, action: ScanAction): Action => ({
    id: `scan.${id}`,
    get label() {
      return label();
    },
    group: 'Project',
    scope: 'page',
    keys: [],
    get enabled() {
      return context.possibleScanActions.includes(action);
    },
    run: () => void (action === 'start' ? context.scan() : session.scan(action)),
  });
  return [
    {
      id: 'project.refresh',
      label: 'Refresh the queue',
      group: 'Project',
      scope: 'review',
      keys: ['Shift+r'],
      get enabled() {
        return context.screen === 'review' && review.queue.loaded;
      },
      run: () => void review.openings.renew(),
    },
    defineAction({
      id: 'project.review',
      label: 'Review',
      group: 'Project',
      scope: 'page',
      enabled: () => session.project !== null && context.screen !== 'review',
      run: () => context.go('review'),
    }),
    {
      id: 'project.overview',
      label: 'Overview',
      group: 'Project',
      scope: 'page',
      keys: ['$mod+i'],
      get enabled() {
        return session.project !== null;
      },
      run: () => context.go('overview'),
    },
    defineAction({
      id: 'project.map',
      label: 'Map',
      group: 'Project',
      scope: 'page',
      keys: ['$mod+Shift+m'],
      enabled: () => session.project !== null,
      run: () => context.go('map'),
    }),
    defineAction({
      id: 'project.reveal',
      label: 'Show the image in its folder',
      group: 'Project',
      scope: 'review',
      keys: ['Shift+o'],
      // Only the desktop app reaches the system's file manager.
      enabled: () => desktop !== null && context.reviewing && review.target !== null,
      inImageMenu: true,
      run: () => {
        const folder = session.project?.folder;
        if (folder && review.target) void desktop?.reveal(`${folder}/${review.target.image}`);
      },
    }),
    defineAction({
      id: 'project.relist',
      label: 'Check the folder for changes',
      group: 'Project',
      scope: 'page',
      enabled: () => session.project?.listTrusted === true && session.job?.state !== 'running',
      run: () => void session.relist(),
    }),
    defineAction({
      id: 'project.team',
      label: 'Team',
      group: 'Project',
      scope: 'page',
      keys: ['$mod+Shift+a'],
      enabled: () => session.project !== null,
      run: () => context.go('team'),
    }),
    defineAction({
      id: 'project.annotator',
      label: 'Change reviewer',
      group: 'Project',
      scope: 'page',
      enabled: () => session.project !== null,
      run: () => context.showDialog('annotator'),
    }),
    {
      id: 'project.export',
      label: 'Export',
      group: 'Project',
      scope: 'page',
      keys: ['$mod+e'],
      get enabled() {
        return session.project !== null;
      },
      run: () => context.go('export'),
    },
    {
      id: 'project.open',
      label: 'Open a folder',
      group: 'Project',
      scope: 'page',
      keys: ['$mod+o'],
      enabled: true,
      run: () => context.go('open'),
    },
    defineAction({
      id: 'project.predictions',
      label: 'Import predictions',
      group: 'Project',
      scope: 'page',
      enabled: () => session.project !== null && session.job?.state !== 'running',
      run: () => context.showDialog('predictions'),
    }),
    defineAction({
      id: 'project.model',
      label: 'Model card',
      group: 'Project',
      scope: 'page',
      enabled: () => (session.project?.model?.provider ?? null) !== null,
      run: () => context.showDialog('model'),
    }),
    defineAction({
      id: 'project.reading',
      label: 'Scan options',
      group: 'Project',
      scope: 'page',
      enabled: () => session.project !== null && !context.isBusy,
      run: () => context.showDialog('scan'),
    }),
    scan('start', () => (session.learningFailure === null ? 'Scan' : 'Retry'), 'start'),
    scan('pause', () => 'Pause', 'pause'),
    scan('resume', () => 'Resume', 'resume'),
    scan('cancel', () => 'Cancel', 'cancel'),
  ];
}
