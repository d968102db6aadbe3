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
const [log, status, form, text] = ['log', 'status', 'form', 'text'].map(id => document.getElementById(id));

/** The token of the next older page; none where the oldest item is shown. */
let olderPage;
let loading = Promise.resolve();
let ended = false;

const { region, ...chatDetails } = await startOrResume();
// Without ChatJS's metrics for AWS, which the page's content security policy would have to allow.
const session = connect.ChatSession.create({ chatDetails, options: { region }, type: 'CUSTOMER', disableCSM: true });

session.onMessage(({ data }) => show([data]));
// Also after a lost connection, for what was said meanwhile.
session.onConnectionEstablished(() => load(newest));
session.onChatRehydrated(() => load(newest));
session.onEnded(() => end('The chat has ended. Reload the page to start a new one.'));
log.addEventListener('scroll', () => log.scrollTop === 0 && load(older));
form.addEventListener('submit', send);

try {
  await session.connect();
  text.disabled = false;
  say('');
} catch {
  end('There is no connection to the chat. Reload the page to try again.');
}

/** @returns {Promise<Chat>} */
async function startOrResume() {
  const answer = await fetch('/chat', { method: 'POST' });
  if (answer.ok) return answer.json();
  say('The chat cannot be started now. Reload the page to try again.');
  throw new Error(`POST /chat: ${answer.status}`);
}

/** Loads one after the other: the event that the chat was continued may come while a page is loaded. */
function load(pages) {
  const missing = 'Messages are missing. Reload the page to see all of them.';
  loading = loading.then(pages).catch(() => ended || say(missing));
}

/** The newest page and, while they do not fill the log, older ones: those of the past chat come last. */
async function newest() {
  await loadPage();
  while (olderPage && log.scrollHeight <= log.clientHeight) await older();
}

/** Older pages until one has a message that is not shown yet. What the customer reads stays where it is. */
async function older() {
  const fromEnd = log.scrollHeight - log.scrollTop;
  while (olderPage && (await loadPage(olderPage)) === 0);
  log.scrollTop = log.scrollHeight - fromEnd;
}

/** @returns how many messages of the page were not shown yet */
async function loadPage(nextToken) {
  const { data } = await session.getTranscript({ scanDirection: 'BACKWARD', maxResults: 100, nextToken });
  olderPage = data.NextToken;
  return show(data.Transcript);
}

/**
 * Shows the texts among these items, each once, in order of time. They are never read as HTML.
 *
 * @param items as `getTranscript` and the websocket have them; those of past chats have a `RelatedContactId`
 */
function show(items) {
  const added = items.filter(({ Id, ContentType }) => ContentType?.startsWith('text/') && !document.getElementById(Id));
  const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 10;
  for (const { Id, AbsoluteTime, Content, DisplayName, ParticipantRole, RelatedContactId } of added) {
    const name = { CUSTOMER: 'You', SYSTEM: '' }[ParticipantRole] ?? DisplayName;
    const past = RelatedContactId ? 'from an earlier chat' : '';
    const heading = [name, new Date(AbsoluteTime).toLocaleString(), past].filter(Boolean).join(' · ');
    const item = document.createElement('li');
    item.id = Id;
    item.className = `${ParticipantRole} ${past && 'past'}`;
    item.dataset.time = AbsoluteTime;
    item.appendChild(document.createElement('small')).textContent = heading;
    item.appendChild(document.createElement('p')).textContent = Content;
    log.insertBefore(item, [...log.children].find(({ dataset }) => dataset.time > AbsoluteTime) ?? null);
  }
  if (atEnd) log.scrollTop = log.scrollHeight;
  return added.length;
}

async function send(event) {
  event.preventDefault();
  const message = text.value;
  text.value = '';
  try {
    const { data } = await session.sendMessage({ contentType: 'text/plain', message });
    // The websocket brings it, too, once the page is subscribed.
    show([{ ...data, ContentType: 'text/plain', Content: message, ParticipantRole: 'CUSTOMER' }]);
  } catch {
    text.value = message;
    say('The message was not sent. Try again.');
  }
}

function say(words) {
  status.textContent = words;
}

function end(words) {
  ended = true;
  text.disabled = true;
  say(words);
}
