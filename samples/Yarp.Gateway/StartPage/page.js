'use strict';

const byId = id => document.getElementById(id);
const severity = { none: 'good', throttle: 'warn', captcha: 'warn', mfa: 'warn' };

// Everything shown goes through text nodes: what an attacker or a decision wrote stays text.
function element(name, text, className) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}

function row(cells) {
  const made = element('tr');
  for (const cell of cells) {
    const td = cell instanceof Element && cell.localName === 'td' ? cell : element('td');
    if (td !== cell) td.append(cell);
    made.append(td);
  }
  return made;
}

const mono = text => element('td', text, 'mono');
const tight = text => element('td', text, 'tight');
const pill = (text, kind) => element('span', text, `pill ${kind}`);
const typePill = type => pill(type === 'none' ? 'allow' : type, severity[type] ?? 'bad');

// Replaces children only if what they show changed, so that focus and selection survive the next second.
function show(target, data, make) {
  const key = JSON.stringify(data);
  if (target.dataset.key === key) return;
  target.dataset.key = key;
  target.replaceChildren(...data.map(make));
}

function duration(seconds) {
  const units = [[86400, 'd'], [3600, 'h'], [60, 'min'], [1, 's']];
  const first = units.findIndex(([size]) => seconds >= size);
  if (first < 0) return 'over';
  const [size, unit] = units[first];
  const next = units[first + 1];
  const rest = next ? Math.floor(seconds % size / next[0]) : 0;
  return `${Math.floor(seconds / size)} ${unit}` + (rest ? ` ${rest} ${next[1]}` : '');
}

const ago = time => time ? `${duration(Math.max(0, Math.floor((Date.now() - Date.parse(time)) / 1000))).replace('over', '0 s')} ago` : 'never';
const clock = time => new Date(time).toLocaleTimeString('en-GB');

async function read(url) {
  const answer = await fetch(url, { cache: 'no-store' });
  const body = await answer.json();
  if (!answer.ok) throw new Error(body.detail ?? `status ${answer.status}`);
  return body;
}

function stateOf(status) {
  if (status.accessForbidden) return ['key refused', 'bad'];
  if (!status.ready) return ['not ready', 'bad'];
  if (status.stale) return ['stale', 'bad'];
  if (status.consecutiveFailures > 0) return ['last pull failed', 'warn'];
  if (status.doubtedDecisions > 0) return ['a list in doubt', 'warn'];
  if (status.keyShared) return ['key shared', 'warn'];
  return status.degraded ? ['some decisions left out', 'warn'] : ['in step', 'good'];
}

function showStatus(status) {
  const [text, kind] = stateOf(status);
  const state = byId('state');
  if (state.textContent !== text) state.textContent = text;
  state.className = `pill ${kind}`;
  const facts = [
    ['Local API', status.lapi],
    ['Mode', status.mode === 'stream' ? `stream, every ${duration(status.intervalSeconds)}` : status.mode],
    ['Ready', status.ready ? 'yes' : 'no'],
    ['Last success', ago(status.lastSuccess)],
    ['Last full list', ago(status.lastFullSync)],
    ['Failures since', String(status.consecutiveFailures)],
    ['Skipped', String(status.skippedDecisions)],
    ['In doubt', String(status.doubtedDecisions)],
  ];
  show(byId('sync'), facts.flat(), (fact, i) => element(i % 2 ? 'dd' : 'dt', fact));
  byId('error').hidden = !status.lastError;
  byId('error').textContent = status.lastError ?? '';
  byId('total').textContent = status.decisionCount.toLocaleString('en-GB');
  show(byId('groups'), status.decisions, group => {
    const chip = element('li', `${group.scope} ${group.type}`);
    chip.append(element('b', group.count.toLocaleString('en-GB')));
    return chip;
  });
  show(byId('targets'), status.replays, target => {
    const button = element('button', `As ${target.label}`);
    button.type = 'button';
    button.append(element('small', target.as, 'mono'));
    button.addEventListener('click', () => replay(target.as));
    return button;
  });
  show(byId('verdicts'), status.verdicts, seen => row([
    tight(clock(seen.time)), mono(seen.address), typePill(seen.remediation), seen.outcome, mono(seen.path),
    seen.decision ? `${seen.decision}${seen.scenario ? `, ${seen.scenario}` : ''}` : '–',
  ]));
  byId('no-verdicts').hidden = status.verdicts.length > 0;
}

function showDecisions(list) {
  show(byId('decisions'), list.decisions.map(({ remainingSeconds, ...fixed }) => fixed), decision => {
    const remaining = tight('');
    remaining.dataset.expires = decision.expiresAt;
    const action = element('td');
    if (decision.replayAs) {
      const button = element('button', 'replay');
      button.setAttribute('aria-label', `Replay as ${decision.replayAs}`);
      button.addEventListener('click', () => replay(decision.replayAs));
      action.append(button);
    }
    return row([decision.scope, mono(decision.value), typePill(decision.type), decision.origin, decision.scenario, remaining, action]);
  });
  for (const cell of document.querySelectorAll('td[data-expires]')) {
    cell.textContent = duration(Math.floor((Date.parse(cell.dataset.expires) - Date.now()) / 1000));
  }
  byId('shown').textContent = list.matching === list.decisions.length
    ? `${list.matching.toLocaleString('en-GB')} shown`
    : `The newest ${list.decisions.length.toLocaleString('en-GB')} of ${list.matching.toLocaleString('en-GB')} are shown: search for others`;
}

async function replay(as) {
  const form = byId('replay-form');
  form.elements.as.value = as;
  byId('result').hidden = false;
  const status = byId('result-status');
  const text = byId('result-text');
  try {
    const seen = await read(`/.bouncer/replay?${new URLSearchParams({ as, path: form.elements.path.value || '/' })}`);
    status.textContent = `${seen.status} ${seen.reason}`;
    status.className = `pill ${seen.status < 400 ? 'good' : severity[seen.remediation] ?? 'bad'}`;
    text.textContent = `GET ${seen.path} as ${seen.as}: ${seen.remediation === 'none' ? 'allowed' : seen.remediation}, ${seen.milliseconds.toFixed(1)} ms${seen.isCut ? ', cut' : ''}`;
    byId('result-page').hidden = false;
    byId('result-page').src = `/.bouncer/replays/${seen.id}`;
    byId('result-visit').href = `/.bouncer/visit?${new URLSearchParams({ as: seen.as, path: seen.path })}`;
    byId('result-headers').textContent = seen.headers.map(header => `${header.key}: ${header.value}`).join('\n');
  } catch (error) {
    status.textContent = 'no answer';
    status.className = 'pill bad';
    text.textContent = error.message;
    byId('result-page').hidden = true;
    byId('result-headers').textContent = '';
  }
  refresh();
}

async function refresh() {
  try {
    const search = byId('search').value;
    const [status, list] = await Promise.all([read('/.bouncer/status'), read(`/.bouncer/decisions?${new URLSearchParams({ search })}`)]);
    showStatus(status);
    showDecisions(list);
  } catch {
    byId('state').textContent = 'the gateway does not answer';
    byId('state').className = 'pill bad';
  }
}

async function keepFresh() {
  if (!document.hidden) await refresh();
  setTimeout(keepFresh, 1000);
}

byId('replay-form').addEventListener('submit', event => {
  event.preventDefault();
  replay(event.target.elements.as.value.trim());
});
byId('search').addEventListener('input', refresh);
const asked = new URLSearchParams(location.search).get('as');
keepFresh().then(() => asked && replay(asked));
