/**
 * The front page's script, as it is sent. Every text of a paper goes through `textContent`; links are set only when they are http(s).
 * The token lives in memory: closing the page forgets it.
 */
export const pageScript = String.raw`
'use strict';
const settings = JSON.parse(document.getElementById('settings').textContent);
const byId = (id) => document.getElementById(id);
const list = byId('papers'), status = byId('status'), more = byId('more'), period = byId('period');
let token = '', feed = 'trending', cursor = null, position = '', asked = 0;

const make = (tag, text, name) => {
  const element = document.createElement(tag);
  if (text !== undefined) element.textContent = text;
  if (name) element.className = name;
  return element;
};

const call = async (method, path) => {
  const headers = {};
  if (token) headers.Authorization = 'Bearer ' + token;
  if (position) headers['Broadsheet-Position'] = position;
  const response = await fetch(path, { method, headers });
  position = response.headers.get('Broadsheet-Position') || position;
  const body = await response.json();
  if (!response.ok) throw new Error(body.detail || body.title || 'status ' + response.status);
  return body;
};

const act = (item, name, label, node) => {
  const button = make('button', label);
  button.type = 'button';
  button.setAttribute('aria-pressed', 'false');
  button.setAttribute('aria-label', label + ': ' + item.paper.title);
  button.disabled = !token;
  if (!token) button.title = 'Needs a reader token';
  button.addEventListener('click', async () => {
    const on = button.getAttribute('aria-pressed') !== 'true';
    button.disabled = true;
    try {
      await call(on ? 'PUT' : 'DELETE', '/v1/papers/' + encodeURIComponent(item.paper.id) + '/' + name);
      button.setAttribute('aria-pressed', String(on));
      status.textContent = label + (on ? ' stored.' : ' taken back.');
      if (name === 'hide' && on) {
        const next = node.nextElementSibling;
        node.remove();
        const target = next && next.querySelector('h2 a');
        (target || status).focus();
      }
    } catch (error) {
      status.textContent = 'That did not work: ' + error.message;
    }
    button.disabled = false;
  });
  return button;
};

const link = (url, text) => {
  const anchor = make('a', text);
  if (/^(https?:|\/)/.test(url)) anchor.href = url;
  return anchor;
};

const show = (item) => {
  const { paper } = item;
  const row = make('li');
  const card = make('article');
  const heading = make('h2');
  heading.append(link(paper.links.arxiv || paper.links.project || paper.links.self, paper.title));
  const who = paper.organization ? (paper.organization.fullName || paper.organization.name)
    : paper.authors.length ? paper.authors.slice(0, 4).join(', ') + (paper.authorCount > 4 ? ' and ' + (paper.authorCount - 4) + ' more' : '')
    : paper.authorCount ? paper.authorCount + ' authors' : '';
  const facts = [who, paper.publishedAt.slice(0, 10), item.upvotes + '\u00a0upvotes', item.comments + '\u00a0comments'].filter(Boolean).join(' · ');
  card.append(heading, make('p', facts, 'meta'));
  if (item.reasons.length) card.append(make('p', 'Why: ' + item.reasons.map((reason) => reason.text).join(' '), 'why'));
  if (paper.abstract) {
    const details = make('details');
    details.append(make('summary', 'Abstract'), make('p', paper.abstract));
    card.append(details);
  }
  const acts = make('div', undefined, 'acts');
  acts.append(act(item, 'upvote', 'Upvote', row), act(item, 'save', 'Save', row), act(item, 'hide', 'Hide', row));
  if (paper.links.code) acts.append(link(paper.links.code, 'Code'));
  card.append(acts);
  row.append(card);
  return row;
};

const load = async (append) => {
  const turn = ++asked;
  status.textContent = 'Loading…';
  list.setAttribute('aria-busy', 'true');
  try {
    const query = new URLSearchParams({ limit: '20' });
    if (feed !== 'latest') query.set('period', period.value);
    if (append && cursor) query.set('cursor', cursor);
    const page = await call('GET', '/v1/feeds/' + feed + '?' + query);
    if (turn !== asked) return;
    if (!append) list.replaceChildren();
    list.append(...page.items.map(show));
    cursor = page.nextCursor;
    more.hidden = !cursor;
    status.textContent = list.children.length + ' papers, ranked by ' + page.model.name + ' ' + page.model.version + ' as of ' + page.asOf.slice(11, 19) + ' UTC'
      + (page.degraded.length ? ' (reduced: ' + page.degraded.join(', ') + ')' : '') + '.';
  } catch (error) {
    if (turn === asked) status.textContent = 'The feed did not load: ' + error.message;
  }
  list.removeAttribute('aria-busy');
};

const choose = (name) => {
  feed = name;
  cursor = null;
  for (const button of document.querySelectorAll('[data-feed]')) button.setAttribute('aria-pressed', String(button.dataset.feed === name));
  period.disabled = name === 'latest';
  void load(false);
};

const useToken = (value) => {
  token = value.trim();
  position = '';
  document.querySelector('[data-feed="for-you"]').disabled = !token;
  byId('who').textContent = token ? 'You read with a token.' : 'You read without a token.';
  choose(token ? 'for-you' : 'trending');
};

for (const button of document.querySelectorAll('[data-feed]')) button.addEventListener('click', () => choose(button.dataset.feed));
period.addEventListener('change', () => load(false));
more.addEventListener('click', () => load(true));
byId('sign-in').addEventListener('submit', (event) => { event.preventDefault(); useToken(byId('token').value); });
for (const button of document.querySelectorAll('[data-demo]')) button.addEventListener('click', () => useToken(settings.demo[Number(button.dataset.demo)].token));
choose('trending');
`;
