// Lose the connection in the way that is asked for while others talk; prints what the client heard in the end.
import {answer, asked, bot, browser, listen, PASSWORD, until, wire} from './kit.mjs';

const {url, host, port, way, master, alice: aliceName, bob: bobName, channel: channelId} = await asked();
const alice = browser(url);
const bob = bot(url);
await alice.login(aliceName, PASSWORD);
await bob.login(bobName, PASSWORD);

const line = await wire(host, port);
const pings = way === 'frozen' ? {clientPingInterval: 300} : {};
const ear = listen(line.address, {Authorization: `Bearer ${bob.token}`}, pings);
await ear.greeted(1);
const firstId = ear.socket.connectionId;

let said = 0;
const say = async (count) => {
    for (const end = said + count; said < end;) {
        said++;
        await alice.createPost({channel_id: channelId, message: `message ${said}`});
    }
};
const gone = async () => {
    line.cut();
    await until(() => ear.closed > 0, 'the client notices');
};

const ways = {
    // The connection is gone while messages are posted.
    cut: async () => {
        await gone();
        await say(5);
    },
    // Messages that the server has sent are lost on the way, then the connection is gone, then there are more.
    lost: async () => {
        line.deafen();
        await say(3);
        await gone();
        await say(2);
    },
    // It happens again and again.
    often: async () => {
        for (let round = 1; round <= 3; round++) {
            line.deafen();
            await say(2);
            line.cut();
            await until(() => ear.closed >= round, 'the client notices');
            await say(2);
            line.mend();
            await ear.heard(`message ${said}`);
        }
    },
    // More is lost than the server keeps of what it has sent.
    overflow: async () => {
        line.deafen();
        await say(140);
        await gone();
    },
    // More is waiting than the server keeps for a client that is away.
    away: async () => {
        await gone();
        await say(260);
    },
    // The server's workers are replaced by new ones.
    reload: async () => {
        process.kill(master, 'SIGHUP');
        await until(() => ear.closed > 0, 'the server says goodbye');
        await ear.greeted(2);
    },
    // Nothing passes any more, and only the missing answer to a ping tells.
    frozen: async () => {
        line.freeze();
        await say(2);
        await until(() => ear.closed > 0, 'the client notices');
    },
};

await say(3);
await ear.heard('message 3');
await ways[way]();
line.mend();
if (['overflow', 'away', 'frozen'].includes(way)) {
    await ear.greeted(2);
}
await say(1);
await ear.heard(`message ${said}`);
answer({
    said,
    messages: ear.messages(),
    missed: ear.missed,
    hellos: ear.seen.filter(({event}) => event === 'hello').length,
    resumed: ear.socket.connectionId === firstId,
    asked_for_old: ear.urls.slice(1).some((text) => text.includes(`connection_id=${firstId}`)),
    error_codes: ear.urls.map((text) => new URL(text).searchParams.get('disconnect_err_code')),
});
