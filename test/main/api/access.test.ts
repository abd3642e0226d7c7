import { describe, expect, it } from 'vitest';
import { createHost, guardedApp, ORIGIN, TOKEN } from '../../support/apiHost.ts';

const HOST = { host: '127.0.0.1:4000' };

function ask(path: string, init: RequestInit & { headers?: Record<string, string> } = {}) {
  return guardedApp(createHost()).request(`${ORIGIN}${path}`, {
    ...init,
    headers: { ...HOST, ...init.headers },
  });
}

describe('access to the server', () => {
  it('is refused without the token, and with a wrong one', async () => {
    expect((await ask('/api/state')).status).toBe(401);
    expect((await ask('/api/state?token=wrong')).status).toBe(401);
    expect((await ask('/api/state', { headers: { cookie: 'grefel_4000=wrong' } })).status).toBe(401);
  });

  it("trades the URL's token for a cookie that scripts cannot read, and drops it from the address", async () => {
    const response = await ask(`/api/state?token=${TOKEN}&a=b`);
    expect(response.status).toBe(302);
    expect(response.headers.get('location')).toBe('/api/state?a=b');
    expect(response.headers.get('set-cookie')).toMatch(/^grefel_4000=the-token;.*HttpOnly.*SameSite=Strict/);
    const cookie = 'grefel_4000=the-token';
    expect((await ask('/api/state', { headers: { cookie } })).status).toBe(200);
  });

  it('is refused under a name that is not its own (DNS rebinding)', async () => {
    const headers = { host: 'evil.example', authorization: `Bearer ${TOKEN}` };
    expect((await ask('/api/state', { headers })).status).toBe(403);
  });

  it('is refused to another page, cookie or not', async () => {
    const cookie = 'grefel_4000=the-token';
    const foreign = { cookie, origin: 'http://127.0.0.1:9999' };
    expect((await ask('/api/state', { headers: foreign })).status).toBe(403);
    expect((await ask('/api/datasets/none/undo', { method: 'POST', headers: foreign })).status).toBe(403);
    expect((await ask('/api/datasets/none/undo', { method: 'POST', headers: { cookie } })).status).toBe(403);
    const own = { cookie, origin: ORIGIN };
    expect((await ask('/api/datasets/none/undo', { method: 'POST', headers: own })).status).toBe(404); // let in; nothing is open
  });
});
