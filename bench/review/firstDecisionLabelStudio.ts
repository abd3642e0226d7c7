/**
 * The same as firstDecision.ts, in a Label Studio that has just been started for the first time.
 *
 *     npx node bench/review/firstDecisionLabelStudio.ts http://127.0.0.1:8080 TASKS.json
 *
 * README.md next to this file says how to start it. TASKS.json holds the images' addresses and, as predictions, their given
 * labels. The seconds count from the sign-up page, without the start.
 */
import { readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { launchChromium } from '../../test/support/chromium.ts';
import { readArguments } from '../arguments.ts';
import { CountedHand } from './countedHand.ts';

interface Task {
  predictions: { result: { value: { choices: string[] } }[] }[];
}

const ACCOUNT = { email: 'a@b.org', password: 'password' };

const { positionals } = readArguments('bench/review/firstDecisionLabelStudio.ts ADDRESS TASKS.json', {});
const [address, tasksFile] = positionals as [string, string];
const context = await launchChromium();
await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: address });
const page = await context.newPage();
const hand = new CountedHand(page);
const button = (name: string) => page.getByRole('button', { name, exact: true }).first();
const tab = (name: string) => page.getByText(name, { exact: true });

const started = performance.now();
const seconds = () => Number(((performance.now() - started) / 1000).toFixed(1));
try {
  await page.goto(new URL('/user/signup/', address).href);
  await hand.click(page.locator('input[name=email]'));
  await hand.type(ACCOUNT.email);
  await hand.press('Tab');
  await hand.type(ACCOUNT.password);
  await hand.press('Enter');
  const draft = page.waitForResponse(
    (answer) => /\/api\/projects\b/.test(answer.url()) && answer.status() === 201,
  );
  await hand.click(button('Create Project'));
  await draft; // a file that comes sooner is lost
  await hand.click(tab('Data Import'));
  await importTasks(tasksFile);
  await hand.click(tab('Labeling Setup'));
  await hand.click(tab('Custom template'));
  await pasteConfiguration(configuration(JSON.parse(readFileSync(tasksFile, 'utf8'))));
  await hand.click(button('Save'));
  await hand.click(page.getByRole('button', { name: /^Label All/ }));
  await page.locator('.lsf-choice_checked, .ant-checkbox-checked, .ant-radio-checked').first().waitFor();
  const firstImage = seconds();
  const saved = page.waitForResponse((answer) => /\/annotations\b/.test(answer.url()) && answer.ok());
  await hand.press('Control+Enter');
  await saved;
  const { keys, clicks } = hand;
  const load = loadavg()[0]?.toFixed(1);
  console.log(JSON.stringify({ firstImage, firstDecision: seconds(), keys, clicks, load }));
} finally {
  await context.close();
}

/** The file is chosen in the system's dialog: a click on it and Enter. */
async function importTasks(file: string): Promise<void> {
  const [chooser] = await Promise.all([
    page.waitForEvent('filechooser'),
    hand.click(page.getByText('Upload Files')),
  ]);
  hand.clicks++;
  hand.keys++;
  await chooser.setFiles(file);
  await page.getByText('1 files uploaded').waitFor();
}

/** In Label Studio's favour, the configuration was written before and is only pasted. */
async function pasteConfiguration(text: string): Promise<void> {
  await page.evaluate((text) => navigator.clipboard.writeText(text), text);
  await hand.click(page.locator('.CodeMirror'));
  await hand.press('Control+a');
  await hand.press('Control+v');
}

function configuration(tasks: readonly Task[]): string {
  const labels = new Set(tasks.map((task) => task.predictions[0]?.result[0]?.value.choices[0]));
  const choices = [...labels].map((label) => `<Choice value="${label}"/>`).join('');
  return `<View><Image name="image" value="$image"/><Choices name="choice" toName="image">${choices}</Choices></View>`;
}
