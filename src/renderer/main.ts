import './client/contentPolicy.ts';
import { mount } from 'svelte';
import App from './shell/App.svelte';
import './styles/tokens.css';
import './styles/base.css';
import { Application } from './shell/application.svelte.ts';

const target = document.getElementById('app');
if (!target) throw new Error('index.html has no #app');

const application = new Application();
application.start();
mount(App, { target, props: { application } });
