// A working day with the official client: everything a member touches once, two people, one listening.
import {answer, asked, bot, listen, PASSWORD, until} from './kit.mjs';

const {url, host, port, alice: aliceName, bob: bobName, team: teamName} = await asked();
const alice = bot(url);
const bob = bot(url);
const seen = {};

for (const username of [aliceName, bobName]) {
    await alice.createUser({username, email: `${username}@example.com`, password: PASSWORD}, '', '', '');
}
const me = await alice.login(aliceName, PASSWORD);
const bobUser = await bob.login(bobName, PASSWORD);
const team = await alice.createTeam({name: teamName, display_name: 'Team', type: 'O'});
await alice.addToTeam(team.id, bobUser.id);
const channel = await alice.createChannel({team_id: team.id, name: 'desk', display_name: 'Desk', type: 'O'});
await alice.addToChannel(bobUser.id, channel.id);
const [bobHears, aliceHears] = [bob, alice].map(({token}) => listen(`${host}:${port}`, {Authorization: `Bearer ${token}`}));
await Promise.all([bobHears.greeted(1), aliceHears.greeted(1)]);
const heard = (listener, name) => until(() => listener.seen.some(({event}) => event === name), `the event ${name}`);
const data = (listener, name) => listener.seen.filter(({event}) => event === name).map(({data}) => data);

// Morning: who is there, how the sidebar looks.
await alice.updateStatus({user_id: me.id, status: 'dnd', dnd_end_time: Math.floor(Date.now() / 1000) + 3600});
seen.status = (await bob.getStatus(me.id)).status;
await alice.updateCustomStatus({emoji: 'coffee', text: 'Waking up', duration: 'thirty_minutes', expires_at: new Date(Date.now() + 1.8e6).toISOString()});
seen.customStatus = JSON.parse((await bob.getUser(me.id)).props.customStatus).text;
const category = await bob.createChannelCategory('me', team.id, {team_id: team.id, user_id: bobUser.id, display_name: 'Work', channel_ids: [channel.id]});
seen.categories = (await bob.getChannelCategories('me', team.id)).categories.filter(({id}) => id === category.id).map(({channel_ids: ids}) => ids);
await bob.updateChannelNotifyProps({user_id: bobUser.id, channel_id: channel.id, mark_unread: 'all', desktop: 'all'});

// A conversation with a thread, reactions, an important question.
const root = await alice.createPost({channel_id: channel.id, message: 'Who waters the #plants while I am away?'});
const reply = await bob.createPost({channel_id: channel.id, message: `I do, @${aliceName}`, root_id: root.id});
await bob.addReaction(bobUser.id, root.id, 'seedling');
await heard(aliceHears, 'reaction_added');
seen.reactions = (await alice.getPost(root.id)).metadata.reactions.map(({emoji_name: name}) => name);
await bob.removeReaction(bobUser.id, root.id, 'seedling');
await heard(aliceHears, 'reaction_removed');
seen.noReactions = (await alice.getReactionsForPost(root.id)) ?? [];
const question = await alice.createPost({channel_id: channel.id, message: 'Please confirm', metadata: {priority: {priority: 'important', requested_ack: true}}});
seen.priority = (await bob.getPost(question.id)).metadata.priority.priority;
await bob.acknowledgePost(question.id, bobUser.id);
await heard(aliceHears, 'post_acknowledgement_added');
seen.acknowledged = (await alice.getPost(question.id)).metadata.acknowledgements.map(({user_id: id}) => id === bobUser.id);

// Threads: alice follows hers, reads it, lets go of it.
await heard(aliceHears, 'thread_updated');
const threads = await alice.getUserThreads(me.id, team.id, {extended: false});
seen.threads = threads.threads.map(({id, reply_count: replies, unread_replies: unread, unread_mentions: mentions}) => [id === root.id, replies, unread, mentions]);
await alice.updateThreadReadForUser(me.id, team.id, root.id, Date.now() + 1000);
seen.threadRead = (await alice.getUserThreads(me.id, team.id, {})).total_unread_threads;
await alice.markThreadAsUnreadForUser(me.id, team.id, root.id, reply.id);
seen.threadUnread = (await alice.getUserThreads(me.id, team.id, {})).total_unread_threads;
await alice.updateThreadFollowForUser(me.id, team.id, root.id, false);
await heard(aliceHears, 'thread_follow_changed');
seen.threadLeft = (await alice.getUserThreads(me.id, team.id, {})).total;

// Finding things again.
const found = async (terms) => {
    const list = await alice.searchPosts(team.id, terms, false);
    return list.order.map((id) => list.posts[id].message);
};
seen.found = [await found('waters'), await found('#plants'), await found(`from:${bobName} do`), await found('in:desk "please confirm"'), await found('-in:desk waters')];
await alice.pinPost(root.id);
seen.pinned = (await bob.getPinnedPosts(channel.id)).order.length;
await bob.savePreferences(bobUser.id, [{user_id: bobUser.id, category: 'flagged_post', name: root.id, value: 'true'}]);
seen.saved = (await bob.getFlaggedPosts(bobUser.id)).order.length;

// Second thoughts.
await alice.patchPost({id: root.id, message: 'Who waters the plants?'});
await alice.patchPost({id: root.id, message: 'Who waters the cactus?'});
const history = await alice.getPostEditHistory(root.id);
seen.history = history.map(({message}) => message);
await alice.restorePostVersion(root.id, history[0].id, '');
seen.restored = (await bob.getPost(root.id)).message;
await bob.markPostAsUnread(bobUser.id, question.id);
seen.unread = (await bob.getMyChannelMember(channel.id)).mention_count;
await bob.viewMyChannel(channel.id);

// Half-written, for later, to be reminded of.
const draft = await alice.upsertDraft({channel_id: channel.id, user_id: me.id, message: 'half a tho', root_id: '', file_ids: [], create_at: 0, update_at: 0, delete_at: 0}, '');
seen.drafts = (await alice.getUserDrafts(team.id)).map(({message}) => message);
await alice.deleteDraft(channel.id, draft.root_id, '');
seen.noDrafts = ((await alice.getUserDrafts(team.id)) ?? []).length;
const later = (await alice.createScheduledPost({channel_id: channel.id, user_id: me.id, message: 'Good morning', scheduled_at: Date.now() + 3600000}, '')).data;
await alice.updateScheduledPost({...later, message: 'Good morning, all'}, '');
seen.scheduled = (await alice.getScheduledPosts(team.id, true)).data[team.id].map(({message}) => message);
await alice.deleteScheduledPost(me.id, later.id, '');
seen.remind = (await bob.addPostReminder(bobUser.id, question.id, Math.floor(Date.now() / 1000) + 3600)).status;
const bookmark = await alice.createChannelBookmark(channel.id, {type: 'link', display_name: 'Care', link_url: 'https://example.com/care'}, '');
await heard(bobHears, 'channel_bookmark_created');
seen.bookmarks = (await bob.getChannelBookmarks(channel.id)).map(({display_name: name}) => name);
await alice.deleteChannelBookmark(channel.id, bookmark.id, '');

// The channel changes, people come and go.
await alice.patchChannel(channel.id, {header: 'All about plants', purpose: 'Watering'});
await alice.updateChannelPrivacy(channel.id, 'P');
seen.privacy = (await bob.getChannel(channel.id)).type;
const attic = await alice.createChannel({team_id: team.id, name: 'attic', display_name: 'Attic', type: 'O'});
await alice.deleteChannel(attic.id);
seen.archived = (await alice.getArchivedChannels(team.id)).map(({name}) => name);
await alice.removeFromChannel(bobUser.id, channel.id);
await heard(bobHears, 'user_removed');
seen.shut = await bob.getPosts(channel.id).catch((error) => error.server_error_id);
seen.people = (await alice.autocompleteUsers(bobName.slice(0, -1), team.id, '')).users.map(({username}) => username);
seen.browse = (await bob.searchChannels(team.id, 'town')).map(({name}) => name);
seen.lists = [await alice.getCustomEmojis(), await alice.getGroups({page: 0, per_page: 60}), await alice.getCustomProfileAttributeFields()].map((list) => Array.isArray(list));
seen.unreads = (await bob.getMyTeamUnreads(true)).map(({team_id: id}) => id === team.id);

seen.events = [aliceHears, bobHears].map((listener) => [...new Set(listener.seen.map(({event}) => event))].sort());
seen.updated = data(bobHears, 'channel_updated').length > 0;
answer(seen);
