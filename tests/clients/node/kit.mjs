// What the scripts share: Client4 as a browser and as a bot, WebSocketClient, and a wire that can be cut.
import net from 'node:net';

import client from '@mattermost/client';
import WebSocket from 'ws';

const {Client4, WebSocketClient} = client;

export const PASSWORD = 'Correct-horse-9';
const WAIT_MS = 20000;

// The client is written for browsers; Node has no close events, and older ones no WebSocket.
globalThis.WebSocket = WebSocket;
globalThis.CloseEvent ??= class {
    constructor(type, options) {
        Object.assign(this, {type}, options);
    }
};
// Its last line of output is our answer, so what it says itself goes elsewhere.
console.log = console.error;

export async function asked() {
    let text = '';
    for await (const part of process.stdin) {
        text += part;
    }
    return JSON.parse(text);
}

export function answer(value) {
    process.stdout.write(`${JSON.stringify(value)}\n`, () => process.exit(0));
}

export function bot(url) {
    const client = new Client4();
    client.setUrl(url);
    client.setIncludeCookies(false);
    return client;
}

// A browser keeps the cookies that it is given and shows some of them to scripts; it sends no Authorization.
export function browser(url) {
    const client = new Client4();
    const jar = new Map();
    client.setUrl(url);
    client.setAuthHeader = false;
    client.cookies = () => [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const {fetch} = globalThis;
    globalThis.fetch = async (target, options = {}) => {
        if (options.credentials !== 'include') {
            return fetch(target, options);
        }
        const response = await fetch(target, {...options, headers: {...options.headers, Cookie: client.cookies()}});
        for (const cookie of response.headers.getSetCookie()) {
            const [, name, value] = cookie.match(/^([^=]+)=([^;]*)/);
            jar.set(name, value);
        }
        globalThis.document = {cookie: [...jar].filter(([name]) => name !== 'MMAUTHTOKEN').map((pair) => pair.join('=')).join('; ')};
        return response;
    };
    return client;
}

export async function until(condition, what) {
    const end = Date.now() + WAIT_MS;
    while (!condition()) {
        if (Date.now() > end) {
            throw new Error(`${what}: it did not come true`);
        }
        await new Promise((resolve) => setTimeout(resolve, 10));
    }
}

// Listen as one user: `seen` has each event, `missed` how often the client was told that some are lost.
export function listen(address, headers, options = {}) {
    const urls = [];
    const socket = new WebSocketClient({
        minWebSocketRetryTime: 50,
        reconnectJitterRange: 1,
        maxWebSocketFails: 1000,
        newWebSocketFn: (url) => {
            urls.push(url);
            return new WebSocket(url, {headers});
        },
        ...options,
    });
    const listener = {
        socket,
        urls,
        seen: [],
        missed: 0,
        closed: 0,
        messages: () => listener.seen.filter(({event}) => event === 'posted').map(({data}) => JSON.parse(data.post).message),
        heard: (message) => until(() => listener.messages().includes(message), `the message ${message}`),
        greeted: (number) => until(() => listener.seen.filter(({event}) => event === 'hello').length >= number, `hello ${number}`),
    };
    socket.addMessageListener((message) => listener.seen.push(message));
    socket.addMissedMessageListener(() => listener.missed++);
    socket.addCloseListener(() => listener.closed++);
    socket.addErrorListener(() => {});
    socket.initialize(`ws://${address}/api/v4/websocket`);
    return listener;
}

// A wire between client and server. `deafen`: what the server says from now on is lost on the way, unnoticed.
// `freeze`: nothing passes any more, and nobody notices. `cut`: both ends are closed. Each holds for the connections
// there are; new ones get through unless the wire is down.
export async function wire(host, port) {
    const pairs = new Set();
    let down = false;
    const server = net.createServer((near) => {
        if (down) {
            near.destroy();
            return;
        }
        const far = net.connect(port, host);
        const pair = {near, far, upward: true, downward: true};
        pairs.add(pair);
        near.on('data', (data) => pair.upward && far.write(data));
        far.on('data', (data) => pair.downward && near.write(data));
        for (const [end, other] of [[near, far], [far, near]]) {
            end.on('error', () => {});
            end.on('close', () => {
                pairs.delete(pair);
                if (pair.upward) {
                    other.destroy();
                }
            });
        }
    });
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    return {
        address: `127.0.0.1:${server.address().port}`,
        deafen: () => pairs.forEach((pair) => Object.assign(pair, {downward: false})),
        freeze: () => pairs.forEach((pair) => Object.assign(pair, {upward: false, downward: false})),
        cut: () => {
            down = true;
            pairs.forEach(({near, far}) => [near, far].forEach((end) => end.destroy()));
        },
        mend: () => {
            down = false;
        },
    };
}
