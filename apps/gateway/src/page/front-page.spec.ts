import { frontPage } from './front-page.js';

describe('the front page', () => {
  const { html, policy } = frontPage({ simulated: true, demo: [{ name: '<b>demo</b>', token: 'abc</script><script>alert(1)' }] });

  it('lets run its own script and nothing that slips in', () => {
    const nonce = /script-src 'nonce-([^']+)'/.exec(policy)?.[1];
    expect(nonce).toMatch(/^[A-Za-z0-9+/]{22}==$/);
    expect(html.match(/<script[^>]*>/g)).toEqual([
      `<script type="application/json" id="settings" nonce="${nonce}">`,
      `<script nonce="${nonce}">`,
    ]);
    expect(policy).not.toContain('unsafe');
    expect(frontPage({ simulated: false, demo: [] }).policy).not.toBe(policy);
  });

  it('asks nobody else for anything', () => {
    expect(html).not.toMatch(/(src|href)="(https?:)?\/\//);
  });

  it('writes texts of others by textContent alone', () => {
    expect(html).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|\son[a-z]+=/);
    expect(html).toContain('&lt;b&gt;demo&lt;/b&gt;');
    expect(html).not.toContain('abc</script>');
  });

  it('says plainly that readers may be simulated, where they may', () => {
    expect(html).toContain('programs, not people');
    expect(frontPage({ simulated: false, demo: [] }).html).not.toContain('programs, not people');
  });
});
