import type { ScanAction } from '../client/api.ts';
import { desktop } from '../client/desktop.ts';
import type { Application } from '../shell/application.svelte.ts';
import type { Action } from './actions.ts';
import { defineAction } from './defineAction.ts';

export function projectActions(application: Application): Action[] {
  const { session, review } = application;
  const scan = (id: string, label: string, action: ScanAction): Action => ({
    id: `scan.${id}`,
    label,
    group: 'Project',
    scope: 'page',
    keys: [],
    get enabled() {
      return application.possibleScanActions.includes(action);
    },
    run: () => void session.scan(action),
  });
  return [
    {
      id: 'project.refresh',
      label: 'Refresh the queue',
      group: 'Project',
      scope: 'review',
      keys: ['Shift+r'],
      get enabled() {
        return application.screen === 'review' && review.queue.loaded;
      },
      run: () => void review.openings.refresh(),
    },
    defineAction({
      id: 'project.review',
      label: 'Review',
      group: 'Project',
      scope: 'page',
      enabled: () => session.project !== null && application.screen !== 'review',
      run: () => application.go('review'),
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
      run: () => application.go('overview'),
    },
    defineAction({
      id: 'project.map',
      label: 'Map',
      group: 'Project',
      scope: 'page',
      keys: ['$mod+Shift+m'],
      enabled: () => session.project !== null,
      run: () => application.go('map'),
    }),
    defineAction({
      id: 'project.reveal',
      label: 'Show the image in its folder',
      group: 'Project',
      scope: 'review',
      keys: ['Shift+o'],
      // Only the desktop app reaches the system's file manager.
      enabled: () => desktop !== null && application.reviewing && review.target !== null,
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
      run: () => application.go('team'),
    }),
    defineAction({
      id: 'project.annotator',
      label: 'Change reviewer',
      group: 'Project',
      scope: 'page',
      enabled: () => session.project !== null,
      run: () => application.showDialog('annotator'),
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
      run: () => application.go('export'),
    },
    {
      id: 'project.open',
      label: 'Open a folder',
      group: 'Project',
      scope: 'page',
      keys: ['$mod+o'],
      enabled: true,
      run: () => application.go('open'),
    },
    defineAction({
      id: 'project.predictions',
      label: 'Import predictions',
      group: 'Project',
      scope: 'page',
      enabled: () => session.project !== null && session.job?.state !== 'running',
      run: () => application.showDialog('predictions'),
    }),
    defineAction({
      id: 'project.model',
      label: 'Model card',
      group: 'Project',
      scope: 'page',
      enabled: () => (session.project?.model?.provider ?? null) !== null,
      run: () => application.showDialog('model'),
    }),
    defineAction({
      id: 'project.reading',
      label: 'Scan options',
      group: 'Project',
      scope: 'page',
      enabled: () => session.project !== null && !application.isBusy,
      run: () => application.showDialog('scan'),
    }),
    scan('start', 'Scan', 'start'),
    scan('pause', 'Pause', 'pause'),
    scan('resume', 'Resume', 'resume'),
    scan('cancel', 'Cancel', 'cancel'),
  ];
}
