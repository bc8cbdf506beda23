// Sign up, talk and listen with Client4 and WebSocketClient; prints what was seen as one line of JSON.
import {answer, asked, bot, browser, listen, PASSWORD} from './kit.mjs';

const {url, host, port, alice: aliceName, bob: bobName, team: teamName} = await asked();
const alice = browser(url);
const bob = bot(url);

for (const username of [aliceName, bobName]) {
    await alice.createUser({username, email: `${username}@example.com`, password: PASSWORD}, '', '', '');
}
await alice.login(aliceName, PASSWORD);
const me = await alice.getMe();
const bobUser = await bob.login(bobName, PASSWORD);

const team = await alice.createTeam({name: teamName, display_name: 'Team', type: 'O'});
await alice.addToTeam(team.id, bobUser.id);
const channel = await alice.createChannel({team_id: team.id, name: 'lounge', display_name: 'Lounge', type: 'O'});
await alice.addToChannel(bobUser.id, channel.id);

const byCookie = listen(`${host}:${port}`, {Cookie: alice.cookies(), Origin: url});
const byToken = listen(`${host}:${port}`, {Authorization: `Bearer ${bob.token}`});
await byCookie.greeted(1);
await byToken.greeted(1);

const root = await alice.createPost({channel_id: channel.id, message: 'first words', pending_post_id: `${me.id}:1`});
const reply = await bob.createPost({channel_id: channel.id, message: 'an answer', root_id: root.id});
const edited = await alice.patchPost({id: root.id, message: 'first words, mended'});
const gone = await alice.createPost({channel_id: channel.id, message: 'never mind'});
await alice.deletePost(gone.id);
const direct = await bob.createDirectChannel([me.id, bobUser.id]);
await bob.createPost({channel_id: direct.id, message: 'between us'});
await bob.createPost({channel_id: channel.id, message: 'that is all'});
await byCookie.heard('that is all');
await byToken.heard('that is all');

const statuses = await new Promise((resolve) => {
    byToken.socket.getStatusesByIds([me.id, bobUser.id], resolve);
});
const typing = new Promise((resolve) => {
    byCookie.socket.addMessageListener((message) => message.event === 'typing' && resolve(message.data.user_id));
});
byToken.socket.userTyping(channel.id, '', () => {});

const refused = await bob.getConfig().catch((error) => error.server_error_id);
const page = await alice.getPosts(channel.id, 0, 10);
const thread = await alice.getPaginatedPostThread(root.id, {});
answer({
    me,
    bob_id: bobUser.id,
    root,
    reply,
    edited,
    refused,
    typing: await typing,
    statuses: statuses.data,
    cookies: alice.cookies().split('; ').map((cookie) => cookie.split('=')[0]).sort(),
    page: page.order.map((id) => page.posts[id].message),
    thread: thread.order.map((id) => thread.posts[id].message).sort(),
    found: (await alice.searchUsers(bobName, {team_id: team.id})).map(({username}) => username),
    version: alice.serverVersion,
    channels: (await bob.getMyChannels(team.id)).map(({name}) => name).sort(),
    streams: [byCookie, byToken].map(({seen, closed, missed}) => ({
        closed,
        missed,
        names: seen.map(({event}) => event),
        seqs: seen.map(({seq}) => seq),
    })),
    messages: [byCookie, byToken].map((listener) => listener.messages()),
});
