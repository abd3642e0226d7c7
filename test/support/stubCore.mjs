/** A core without a database, for an Electron that is too old for the real one: echoes what it was sent. */
import { createServer } from 'node:http';

const STATE = { project: null, job: null, recent: [] };
const REVISION = { core: String(process.pid), opening: 0, number: 1 };

process.parentPort.on('message', ({ data: request }) => {
  if (request.kind === 'stop') process.parentPort.postMessage({ kind: 'stopped' });
  if (request.kind !== 'start') return;
  const server = createServer((asked, answer) => {
    if (asked.headers.authorization !== `Bearer ${request.token}`) answer.writeHead(401).end();
    else if (asked.url === '/api/events') streamCounts(answer);
    else answer.end(JSON.stringify({ ...STATE, version: `stub of ${process.pid}`, revision: REVISION }));
  });
  server.listen(request.pipe, () => process.parentPort.postMessage({ kind: 'ready', openFailure: null }));
});

function streamCounts(answer) {
  answer.writeHead(200, { 'content-type': 'text/event-stream' });
  let count = 0;
  const timer = setInterval(() => answer.write(`event: count\ndata: ${++count}\n\n`), 50);
  answer.on('close', () => clearInterval(timer));
}
