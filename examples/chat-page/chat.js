/**
 * A chat page that shows a continued chat with its history. It needs ChatJS (`amazon-connect-chatjs`) 2.3.2 or newer as
 * the global `connect`, and the elements of index.html.
 *
 * The site's own server starts the chat: `POST /chat` answers with what `StartChatContact` returned, and the instance's
 * Region. The server knows by its own session cookie who the customer is, passes that as `CustomerId`, and keeps the
 * answer until the chat has ended, so that a page that was reloaded goes on with the same chat. Nothing about the past
 * chat comes from the page: whoever chooses the past contact's id chooses the transcript.
 *
 * @typedef {{ ContactId: string, ParticipantId: string, ParticipantToken: string, region: string }} Chat
 *
 * @module
 */
const [scroller, log, typing, status, again, form, text, button, news] = [
  ...['scroller', 'log', 'typing', 'status', 'again', 'form', 'text', 'send', 'news'],
].map(id => document.getElementById(id));

const LOST = 'The connection is lost. Trying again …';
const MISSING = 'Some messages are missing.';
const NOT_SENT = 'The message was not sent. Try again.';

/** ChatJS's session, once it is created. */
let session;
/** The token of the next older page; none where the oldest item is shown. */
let olderPage;
let loading = Promise.resolve();
let loaded = false;
let ended = false;
/** The message that was not sent, with the token that keeps it from being sent twice if only the answer was lost. */
let unsent = {};
let typingEnds;

// Before anything that takes time: without a listener, the browser itself would submit the form and leave the page.
form.addEventListener('submit', send);
scroller.addEventListener('scroll', () => olderPage && atTop() && load(older));
again.addEventListener('click', () => location.reload());

try {
  const { region, ...chatDetails } = await inTime(startOrResume());
  // Without ChatJS's metrics for AWS, which the page's content security policy would have to allow.
  session = connect.ChatSession.create({ chatDetails, options: { region }, type: 'CUSTOMER', disableCSM: true });
  session.onMessage(({ data }) => show([data], true));
  session.onTyping(({ data }) => data.ParticipantRole !== 'CUSTOMER' && showTyping(`${data.DisplayName} is typing …`));
  // Also after a lost connection, for what was said meanwhile.
  session.onConnectionEstablished(() => load(newest));
  session.onChatRehydrated(() => load(newest));
  session.onConnectionLost(() => ended || say(LOST));
  session.onConnectionBroken(() => end('There is no connection to the chat.', 'Try again'));
  session.onEnded(() => end('The chat has ended.', 'Start a new chat'));
  await inTime(session.connect());
  if (!ended) begin();
} catch (error) {
  console.error(error);
  end('The chat cannot be started now.', 'Try again');
}

/** @returns {Promise<Chat>} */
async function startOrResume() {
  const answer = await fetch('/chat', { method: 'POST' });
  if (!answer.ok) throw new Error(`POST /chat: ${answer.status}`);
  return answer.json();
}

/** Neither `fetch` nor ChatJS ends a request that gets no answer. */
function inTime(promise, seconds = 20) {
  const timeout = new Promise((_, reject) => setTimeout(() => reject(new Error('No answer in time.')), seconds * 1000));
  return Promise.race([promise, timeout]);
}

/** Loads one after the other: the event that the chat was continued may come while a page is loaded. */
function load(pages) {
  loading = loading.then(pages).then(
    () => unsay(MISSING, LOST),
    () => ended || say(MISSING, 'Try again'),
  );
}

/** The newest page and, while they do not fill the log, older ones: those of the past chat come last. */
async function newest() {
  await loadPage();
  await older();
  loaded = true;
}

/** Older pages until there is something to scroll to. */
async function older() {
  while (olderPage && atTop()) await loadPage(olderPage);
}

/** Whether the oldest message that is loaded is in view. The log scrolls from its bottom, position 0, upwards. */
function atTop() {
  return scroller.scrollHeight - scroller.clientHeight + scroller.scrollTop < 40;
}

async function loadPage(nextToken) {
  const { data } = await inTime(session.getTranscript({ scanDirection: 'BACKWARD', maxResults: 100, nextToken }));
  olderPage = data.NextToken;
  show(data.Transcript, loaded);
}

/**
 * Shows the texts among these items, each once, past chats first, in order of time. They are never read as HTML.
 *
 * @param items as `getTranscript` and the websocket have them; those of past chats have a `RelatedContactId`
 * @param isNews whether a screen reader reads out what comes at the end
 */
function show(items, isNews) {
  const added = items.filter(({ Id, ContentType }) => ContentType?.startsWith('text/') && !document.getElementById(Id));
  for (const { Id, AbsoluteTime, Content, DisplayName, ParticipantRole, RelatedContactId } of added) {
    const time = new Date(AbsoluteTime);
    const name = { CUSTOMER: 'You', SYSTEM: '' }[ParticipantRole] ?? DisplayName;
    const order = `${RelatedContactId ? 0 : 1} ${AbsoluteTime}`;
    const next = [...log.children].find(({ dataset }) => dataset.order > order);
    const item = listItem(ParticipantRole, next);
    item.id = Id;
    Object.assign(item.dataset, { order, divider: `${RelatedContactId ? 'Earlier' : 'New'} chat, ${day(time)}` });
    item.appendChild(document.createElement('small')).textContent = [name, clock(time)].filter(Boolean).join(' · ');
    item.appendChild(document.createElement('p')).textContent = Content;
    if (ParticipantRole === 'CUSTOMER' || RelatedContactId || next) continue;
    showTyping('');
    if (isNews) news.textContent = [name, Content].filter(Boolean).join(': ');
  }
  divide();
}

/** Puts one divider before the messages of each day of the earlier chats, and one where the new chat begins. */
function divide() {
  for (const divider of log.querySelectorAll('.divider')) divider.remove();
  let before;
  for (const item of [...log.children]) {
    const { divider, order } = item.dataset;
    const kind = order.startsWith('0') ? 'past' : 'now';
    if (divider !== before) {
      listItem(`divider ${kind}`, item).appendChild(document.createElement('h2')).textContent = divider;
    }
    before = divider;
  }
}

function listItem(className, next) {
  return log.insertBefore(Object.assign(document.createElement('li'), { className }), next ?? null);
}

/** A day in the page's language, with its year if that is another one. */
function day(time) {
  const year = time.getFullYear() === new Date().getFullYear() ? {} : { year: 'numeric' };
  return time.toLocaleDateString(document.documentElement.lang, { day: 'numeric', month: 'long', ...year });
}

function clock(time) {
  return time.toLocaleTimeString(document.documentElement.lang, { hour: '2-digit', minute: '2-digit' });
}

async function send(event) {
  event.preventDefault();
  const message = text.value.trim();
  if (!message || button.disabled) return;
  text.value = '';
  text.focus();
  button.disabled = true;
  if (message !== unsent.message) unsent = { message, clientToken: `${Date.now()}-${Math.random()}` };
  try {
    const { data } = await inTime(session.sendMessage({ contentType: 'text/plain', ...unsent }));
    unsent = {};
    // The websocket brings it, too, once the page is subscribed.
    show([{ ...data, ContentType: 'text/plain', Content: message, ParticipantRole: 'CUSTOMER' }]);
    scroller.scrollTop = 0;
    unsay(NOT_SENT);
  } catch {
    // Before what was typed meanwhile.
    text.value = [message, text.value].filter(Boolean).join(' ');
    if (!ended) say(NOT_SENT);
  }
  button.disabled = ended;
}

/** An agent who goes on typing sends the event again before this time is over. */
function showTyping(words) {
  clearTimeout(typingEnds);
  typing.textContent = words;
  typingEnds = setTimeout(() => showTyping(''), 12_000);
}

function say(words, action = '') {
  status.textContent = words;
  again.textContent = action;
  again.hidden = !action;
}

function unsay(...words) {
  if (words.includes(status.textContent)) say('');
}

function begin() {
  text.disabled = button.disabled = false;
  text.focus();
  say('');
}

function end(words, action) {
  if (ended) return;
  ended = true;
  text.disabled = button.disabled = true;
  showTyping('');
  say(words, action);
  again.focus();
}
