/**
 * A chat page that shows a continued chat with its history. It needs ChatJS (`amazon-connect-chatjs`) 2.3.2 or newer as
 * the global `connect`, and the elements of index.html.
 *
 * The site's own server starts the chat: `POST /chat` answers with what `StartChatContact` returned, and the instance's
 * Region. The server knows the customer by its own session cookie, and keeps the answer until the chat has ended, so that
 * a reloaded page goes on with the same chat. Nothing about the past chat comes from the page: whoever chooses the past
 * contact's id chooses the transcript.
 *
 * @module
 */
const IDS = ['scroller', 'log', 'typing', 'status', 'again', 'form', 'text', 'send', 'news'];
const [scroller, log, typing, status, again, form, text, button, news] = IDS.map(id => document.getElementById(id));
const language = document.documentElement.lang;
const LOADING = 'Loading …';
const LOST = 'The connection is lost. Trying again …';
const MISSING = 'Some messages are missing.';
const NOT_SENT = 'The message was not sent. Try again.';
const PAST = 'Earlier chat';

/** ChatJS's session, once it is created. */
let session;
/** The token of the next older page; undefined once the oldest item is shown. */
let olderPage;
let loading = Promise.resolve();
let loaded = false;
let ended = false;
/** The message that was not sent, with the token that keeps it from being sent twice if only the answer was lost. */
let unsent = {};
let typingEnds;
/** The last contact of each past chat that is loaded: a transfer begins a contact within a chat. */
const lastContacts = new Set();

// Before anything that takes time: without a listener, the browser itself would submit the form and leave the page.
form.addEventListener('submit', send);
scroller.addEventListener('scroll', () => olderPage && atTop() && load(false));
again.addEventListener('click', () => location.reload());

try {
  const answer = await fetch('/chat', { method: 'POST', signal: AbortSignal.timeout(20_000) });
  if (!answer.ok) throw new Error(`POST /chat: ${answer.status}`);
  const { region, ...chatDetails } = await answer.json();
  // Without ChatJS's metrics for AWS, which the page's content security policy would have to allow.
  session = connect.ChatSession.create({ chatDetails, options: { region }, type: 'CUSTOMER', disableCSM: true });
  session.onMessage(({ data }) => show([data], true));
  session.onTyping(({ data }) => data.ParticipantRole === 'AGENT' && showTyping(`${data.DisplayName} is typing …`));
  // Also after a lost connection, for what was said meanwhile.
  session.onConnectionEstablished(() => load(true));
  session.onChatRehydrated(() => load(true));
  session.onConnectionLost(() => ended || say(LOST));
  session.onConnectionBroken(() => end('There is no connection to the chat.', 'Try again'));
  session.onEnded(() => end('The chat has ended.', 'Start a new chat'));
  await inTime(session.connect());
  if (!ended) {
    text.disabled = button.disabled = false;
    text.focus();
    say(log.children.length ? '' : LOADING);
  }
} catch (error) {
  console.error(error);
  end('The chat cannot be started now.', 'Try again');
}

/** ChatJS itself never stops waiting for an answer. */
function inTime(promise) {
  const late = new Promise((_, reject) => setTimeout(reject, 20_000, new Error('No answer in time')));
  return Promise.race([promise, late]);
}

/**
 * Loads the newest page, if asked for, and older ones until the log can be scrolled; those of the past chat come last. Loads
 * run one after the other, because the event that the chat was continued may arrive during one.
 */
function load(isNewest) {
  const pages = async () => {
    if (isNewest) await loadPage();
    while (olderPage && atTop()) await loadPage(olderPage);
    loaded = true;
    unsay(MISSING, LOST);
    // By then, the flow has said something or continued the chat, or the chat is empty.
    setTimeout(unsay, 5_000, LOADING);
  };
  loading = loading.then(pages).catch(() => ended || say(MISSING, 'Try again'));
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
  for (const { ContentType, RelatedContactId } of items) {
    if (RelatedContactId && ContentType?.endsWith('.event.chat.ended')) lastContacts.add(RelatedContactId);
  }
  const added = items.filter(({ Id, ContentType }) => ContentType?.startsWith('text/') && !document.getElementById(Id));
  for (const { Id, AbsoluteTime, Content, DisplayName, ParticipantRole, RelatedContactId } of added) {
    const time = new Date(AbsoluteTime);
    const name = { CUSTOMER: 'You', SYSTEM: '' }[ParticipantRole] ?? DisplayName;
    const order = `${RelatedContactId ? 0 : 1} ${AbsoluteTime}`;
    const next = [...log.children].find(({ dataset }) => dataset.order > order);
    const item = insert(ParticipantRole, next);
    item.id = Id;
    const year = time.getFullYear() === new Date().getFullYear() ? undefined : 'numeric';
    const day = time.toLocaleString(language, { day: 'numeric', month: 'long', year });
    const chat = RelatedContactId ? PAST : 'New chat';
    Object.assign(item.dataset, { order, chat, day, contact: RelatedContactId ?? '' });
    const minute = time.toLocaleString(language, { hour: '2-digit', minute: '2-digit' });
    add(item, 'small', [name, minute].filter(Boolean).join(' · '));
    add(item, 'p', Content);
    if (ParticipantRole === 'CUSTOMER' || RelatedContactId || next) continue;
    showTyping('');
    if (isNews) news.textContent = [name, Content].filter(Boolean).join(': ');
  }
  if (added.length > 0) unsay(LOADING);
  divide();
}

/** One divider where a chat begins, and one for each further day of it. */
function divide() {
  for (const divider of log.querySelectorAll('.divider')) divider.remove();
  let before;
  for (const item of [...log.children]) {
    const { chat, day, contact } = item.dataset;
    const begins = chat !== before?.chat || (contact !== before.contact && lastContacts.has(before.contact));
    // A chat that continues no other has no divider above it.
    if ((begins || day !== before.day) && (before || chat === PAST)) {
      add(insert('divider', item), 'h2', begins ? `${chat}, ${day}` : day);
    }
    before = item.dataset;
  }
}

function insert(className, next = null) {
  return log.insertBefore(Object.assign(document.createElement('li'), { className }), next);
}

function add(item, name, words) {
  item.appendChild(document.createElement(name)).textContent = words;
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
    // The websocket also brings it, once the page is subscribed.
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
  typingEnds = setTimeout(() => typing.replaceChildren(), 12_000);
}

function say(words, action = '') {
  status.textContent = words;
  again.textContent = action;
  again.hidden = !action;
}

function unsay(...words) {
  if (words.includes(status.textContent)) say('');
}

function end(words, action) {
  if (ended) return;
  ended = true;
  text.disabled = button.disabled = true;
  showTyping('');
  say(words, action);
  again.focus();
}
