import type { Action } from '../actions.ts';
import type { Application } from '../state/application.svelte.ts';

export function viewActions(application: Application): Action[] {
  const { preferences } = application;
  return [
    {
      id: 'view.filter',
      label: 'Filter by file name',
      group: 'View',
      keys: ['/'],
      get enabled() {
        return application.reviewing;
      },
      run: () => document.getElementById('filter-name')?.focus(),
    },
    {
      id: 'view.larger',
      get label() {
        return application.panelsHidden ? 'Show everything again' : 'Larger picture';
      },
      group: 'View',
      keys: ['Shift+f'],
      get enabled() {
        return application.reviewing;
      },
      run: () => application.togglePanels(),
    },
    {
      id: 'view.pixels',
      get label() {
        return preferences.pixelated ? 'Enlarge smoothly' : 'Enlarge as pixels';
      },
      group: 'View',
      keys: ['Shift+p'],
      get enabled() {
        return application.reviewing;
      },
      run: () => preferences.togglePixelated(),
    },
    {
      id: 'view.theme',
      get label() {
        const names = { system: 'as the system', dark: 'dark', light: 'light' };
        return `Theme: ${names[preferences.theme]}`;
      },
      group: 'View',
      keys: ['Shift+t'],
      enabled: true,
      run: () => preferences.nextTheme(),
    },
    {
      id: 'view.help',
      label: 'All keys',
      group: 'View',
      keys: ['?'],
      enabled: true,
      run: () => application.showDialog('help'),
    },
  ];
}
