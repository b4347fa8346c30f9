'use strict';

const EVERY = 5000;
const STEPS = 60;
const $ = (id) => document.getElementById(id);
let token = '';
let overriding = '';

function element(name, text, className) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}

function button(text, label, does) {
  const made = element('button', text);
  made.type = 'button';
  made.setAttribute('aria-label', label);
  made.addEventListener('click', does);
  return made;
}

function say(text) {
  $('said').textContent = text;
  clearTimeout(say.timer);
  say.timer = setTimeout(() => { $('said').textContent = ''; }, 12000);
}

async function get(path) {
  const answer = await fetch('api/' + path, { credentials: 'same-origin' });
  const json = await answer.json();
  if (!answer.ok) throw new Error(json.error);
  return json;
}

async function post(path, fields) {
  for (let attempt = 0; ; attempt++) {
    const answer = await fetch('api/' + path, {
      method: 'POST',
      credentials: 'same-origin',
      headers: { 'X-Weir-Token': token },
      body: new URLSearchParams(fields),
    });
    const json = await answer.json();
    if (answer.ok) return json;
    if (answer.status !== 403 || attempt > 0) throw new Error(json.error);
    token = (await get('overview')).token; // another node answers, or it was started again
  }
}

function age(seconds) {
  if (seconds < 120) return seconds + ' s';
  if (seconds < 7200) return Math.floor(seconds / 60) + ' min';
  return seconds < 172800 ? Math.floor(seconds / 3600) + ' h' : Math.floor(seconds / 86400) + ' d';
}

/* Its rows and answers are made anew: who uses the keyboard stays where he was. */
function keepingFocus(change) {
  const was = document.activeElement;
  const label = was && was.getAttribute('aria-label');
  const of = was && was.closest('tr');
  change();
  if (!label || document.contains(was)) return;
  const again = document.querySelector('[aria-label="' + CSS.escape(label) + '"]')
    || document.querySelector('tr[data-policy="' + CSS.escape(of ? of.dataset.policy : '') + '"] button');
  if (again) again.focus();
}

function millis(number) {
  return number < 10000 ? number + ' ms' : age(Math.ceil(number / 1000));
}

/* The steps of all nodes, summed; each step is admitted, refused, would refuse, near limit. */
function summed(nodes, policy) {
  const sum = Array.from({ length: STEPS }, () => [0, 0, 0, 0]);
  for (const node of Object.values(nodes)) {
    const row = node.policies[policy] || [];
    row.forEach((step, i) => {
      const at = STEPS - row.length + i;
      step.forEach((number, kind) => { sum[at][kind] += number; });
    });
  }
  return sum;
}

function plot(steps, label) {
  const space = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(space, 'svg');
  svg.setAttribute('class', 'plot');
  svg.setAttribute('viewBox', '0 0 ' + STEPS + ' 20');
  svg.setAttribute('preserveAspectRatio', 'none');
  svg.setAttribute('role', 'img');
  svg.setAttribute('aria-label', label);
  const most = Math.max(1, ...steps.map((s) => s[0] + s[1]));
  steps.forEach((step, x) => {
    let y = 20;
    [['admitted', step[0]], ['refused', step[1]]].forEach(([kind, number]) => {
      if (number > 0) {
        const height = Math.max(0.8, (number / most) * 20);
        const bar = document.createElementNS(space, 'rect');
        y -= height;
        bar.setAttribute('class', kind);
        bar.setAttribute('x', x);
        bar.setAttribute('y', Math.max(0, y));
        bar.setAttribute('width', 0.85);
        bar.setAttribute('height', height);
        svg.append(bar);
      }
    });
  });
  return svg;
}

/* What a candidate would have done: calls of all nodes that ask the same one, clients of this node. */
function candidate(policy, nodes) {
  const one = policy.candidate;
  const told = Object.values(nodes).map((node) => (node.candidates || {})[policy.name])
    .filter((other) => other && other.limit === one.limit);
  const sum = (name) => told.reduce((all, other) => all + other[name], 0);
  const calls = sum('calls');
  const made = element('div', undefined, 'candidate');
  made.append(element('div', 'Candidate ' + one.limit + ': would have refused '
    + (calls ? (100 * sum('wouldRefuse') / calls).toFixed(1) : '0.0') + ' % of ' + calls + ' calls; here of '
    + one.wouldRefuseClients + ' of ' + one.clients + ' clients in ' + age(one.seconds)));
  one.usage.forEach((use) => made.append(element('div', 'In the window of ' + use.limit
    + ' half of the clients use ' + use.p50 + ' at most, 95 % ' + use.p95 + ', 99 % ' + use.p99
    + ', all ' + use.greatest
    + (use.proposal ? ': ' + use.proposal + ' would touch one in a hundred' : ''), 'soft')));
  return made;
}

function row(policy, nodes) {
  const steps = summed(nodes, policy.name);
  const total = (kind) => steps.reduce((sum, step) => sum + step[kind], 0);
  const made = element('tr');
  made.dataset.policy = policy.name;
  const name = element('th', policy.name);
  name.scope = 'row';
  if (policy.mode !== 'enforce' && policy.mode) name.append(' ', element('span', policy.mode, 'warn'));
  const chart = element('td');
  chart.append(plot(steps, policy.name + ': ' + total(0) + ' admitted, ' + total(1)
    + ' refused in the last ten minutes'));
  made.append(name, chart);
  [0, 1, 2, 3].forEach((kind) => made.append(element('td', total(kind), 'number')));
  const words = element('td', undefined, 'words');
  const said = policy.meaning.slice(policy.name.length + 2).split('; ');
  words.append(element('div', said[0] || 'declared by code alone'));
  if (policy.override) words.append(element('div', policy.override, 'warn'));
  if (policy.candidate.limit) words.append(candidate(policy, nodes));
  const more = element('details');
  more.dataset.policy = policy.name;
  const summary = element('summary', 'from where');
  summary.setAttribute('aria-label', 'from where: ' + policy.name);
  more.append(summary, element('div', said.slice(1).join('; '), 'soft'));
  if (policy.meaning) words.append(more);
  const change = element('td');
  if (policy.limit) {
    const buttons = element('div', undefined, 'buttons');
    buttons.append(button('Override', 'Override ' + policy.name, () => open(policy)));
    if (policy.override) {
      buttons.append(button('End', 'End the override of ' + policy.name, () =>
        act('clear', { policy: policy.name })));
    }
    change.append(buttons);
  }
  made.append(words, change);
  return made;
}

function facts(here, nodes) {
  const told = Object.values(nodes);
  const sum = (name) => told.reduce((all, node) => all + Number(node[name] || 0), 0);
  const skews = told.map((n) => n.skew).filter((skew) => skew !== '').map(Number);
  const skew = skews.length ? skews.reduce((a, b) => (Math.abs(a) > Math.abs(b) ? a : b)) : null;
  const all = [
    ['nodes', here.nodes],
    ['largest skew', skew === null ? 'unknown' : skew + ' ms'],
    ['counts lost', sum('lostCounts')],
    ['missed deadlines', sum('missedDeadlines')],
    ['keys here', here.localKeys],
  ];
  $('facts').replaceChildren(...all.map(([name, value]) => {
    const pair = element('div');
    pair.append(element('dt', name), element('dd', value));
    return pair;
  }));
}

/* It is read aloud when it changes; for how long is not. */
function state(text, degraded, seconds) {
  $('state').className = degraded ? 'degraded' : '';
  if ($('state').textContent !== text) $('state').textContent = text;
  $('since').textContent = seconds === undefined ? '' : 'for ' + age(seconds);
}

function decides(here) {
  if (here.degraded) return 'Redis is away: this page speaks for this node alone';
  return here.shared ? 'Redis decides for all nodes' : 'This node decides alone: no Redis is configured';
}

function show({ user, here, nodes, token: current }) {
  token = current;
  const opened = new Set([...document.querySelectorAll('details[open]')].map((d) => d.dataset.policy));
  $('application').textContent = here.application;
  $('user').textContent = 'signed in as ' + user;
  state(decides(here), here.degraded, here.seconds);
  $('policies-title').textContent = 'Policies, ' + (here.shared && !here.degraded ? 'all nodes' : 'this node')
    + ', the last ten minutes';
  facts(here, nodes);
  $('rows').replaceChildren(...here.policies.map((policy) => row(policy, nodes)));
  document.querySelectorAll('details').forEach((d) => { d.open = opened.has(d.dataset.policy); });
  $('none').hidden = here.policies.length > 0;
  const names = here.policies.filter((p) => p.limit).map((p) => p.name);
  if ($('policy').options.length !== names.length + 1) {
    $('policy').replaceChildren(element('option', ''), ...names.map((n) => element('option', n)));
  }
  const refused = new Map();
  Object.values(nodes).flatMap((node) => node.refused).forEach((one) => {
    const known = refused.get(one.policy + one.digits);
    refused.set(one.policy + one.digits, { ...one, count: one.count + (known ? known.count : 0) });
  });
  const most = [...refused.values()].sort((a, b) => b.count - a.count).slice(0, 10);
  $('refused').replaceChildren(...(most.length ? most : [{ digits: 'nobody', policy: '', count: '' }])
    .map((one) => {
      const made = element('tr');
      const key = element('td');
      key.append(one.policy ? element('code', one.digits) : one.digits);
      made.append(key, element('td', one.policy), element('td', one.count, 'number'));
      return made;
    }));
  $('nodes').replaceChildren(...Object.entries(nodes).map(([id, node]) =>
    element('li', (id === here.node || id === 'here' ? 'this node' : id.slice(0, 8)) + ': '
      + node.store + ' for ' + age(node.seconds))));
  const findings = new Set(Object.values(nodes).flatMap((node) => node.findings));
  $('findings').replaceChildren(...[...findings].map((text) => element('li', text, 'warn')));
  if (!findings.size) $('findings').append(element('li', 'nothing of proxies looks wrong', 'soft'));
}

async function refresh() {
  try {
    const overview = await get('overview');
    keepingFocus(() => show(overview));
  } catch (e) {
    state('No answer: signed out, or the application is away', true);
  }
}

async function act(path, fields) {
  try {
    say((await post(path, fields)).says);
    await refresh();
  } catch (e) {
    say(e.message);
  }
}

function open(policy) {
  overriding = policy.name;
  $('override-title').textContent = 'Override ' + policy.name + ' for a while';
  $('override-error').textContent = '';
  $('set').reset();
  $('set').elements.limit.value = policy.limit;
  $('override').showModal();
}

$('override').addEventListener('close', () => {
  const again = document.querySelector('[aria-label="' + CSS.escape('Override ' + overriding) + '"]');
  if (again) again.focus(); // it may have been made anew meanwhile
});
$('cancel').addEventListener('click', () => $('override').close());
$('set').addEventListener('submit', async (event) => {
  event.preventDefault();
  const fields = new FormData($('set'));
  try {
    say((await post('override', { policy: overriding, ...Object.fromEntries(fields) })).says);
    $('override').close();
    await refresh();
  } catch (e) {
    $('override-error').textContent = e.message;
  }
});

function left(limits) {
  const list = element('ul');
  limits.forEach((one) => list.append(element('li', one.limit + ': ' + one.remaining + ' of '
    + one.permits + ' left' + (one.nextMillis ? ', the next in ' + millis(one.nextMillis) : ''))));
  return list;
}

function part(one) {
  const made = element('article');
  made.append(element('div', one.policy + ', asked by ' + one.where + ': ' + one.decision
    + (one.mode === 'observe' ? ' (observed only)' : '')
    + (one.why ? ', ' + one.why : '')
    + (one.retryAfterMillis ? ', again in ' + millis(one.retryAfterMillis) : ''),
    one.passes ? 'admits' : 'refuses'));
  const key = element('div', one.digits ? 'key ' : 'known of the key: ');
  key.append(element('code', one.key));
  if (one.digits) key.append(', in the log ', element('code', one.digits));
  if (one.key) made.append(key);
  made.append(left(one.limits));
  if (one.asks.length) made.append(element('div', 'Only the application knows: ' + one.asks.join(', ')));
  if (one.plan) made.append(element('div', 'plan ' + one.plan));
  if (one.candidate) made.append(element('div', 'candidate ' + one.candidate));
  if (one.override) made.append(element('div', one.override, 'warn'));
  made.append(element('div', one.meaning, 'soft'));
  if (one.digits) {
    const buttons = element('div', undefined, 'buttons');
    buttons.append(
      button('Look again', 'Look again at ' + one.policy, async () => {
        const query = new URLSearchParams({ policy: one.policy, key: one.key });
        made.querySelector('ul').replaceWith(left(await get('peek?' + query)));
      }),
      button('Reset', 'Reset ' + one.policy + ' of this client', async () => {
        await act('reset', { policy: one.policy, key: one.key });
        await explain();
      }));
    made.append(buttons);
  }
  return made;
}

async function explain() {
  const fields = Object.fromEntries(new FormData($('lookup')));
  const query = new URLSearchParams(fields.policy
    ? { policy: fields.policy, client: fields.client, user: fields.user }
    : { method: fields.method, path: fields.path, client: fields.client, user: fields.user });
  if (fields.policy) {
    fields.ids.split(/\s+/).filter((id) => id).forEach((id) => query.append('id', id));
  }
  try {
    const told = await get('explain?' + query);
    const verdict = element('p', told.client + ': ' + told.decision
      + (told.by ? ' by ' + told.by : '') + ' (decided by ' + told.store + ')',
      'verdict ' + (told.decision === 'admitted' ? 'admits' : 'refuses'));
    keepingFocus(() => $('answer').replaceChildren(verdict, ...told.policies.map(part),
      ...told.notes.map((note) => element('p', note, 'soft'))));
  } catch (e) {
    $('answer').replaceChildren(element('p', e.message, 'refuses'));
  }
}

$('lookup').addEventListener('submit', (event) => {
  event.preventDefault();
  explain();
});

refresh();
setInterval(refresh, EVERY);
