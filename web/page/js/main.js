import { Actions } from "./actions.js";
import { Auth } from "./auth.js";
import { Call } from "./call.js";
import { Client } from "./client.js";
import { Meeting } from "./meeting.js";
import { Store } from "./store.js";
import { CallView } from "./view_call.js";
import { ChatView } from "./view_chat.js";
import { Dialogs } from "./view_dialogs.js";
import { ListView } from "./view_list.js";
import { MeetView } from "./view_meet.js";
import { SignInView } from "./view_sign_in.js";

const by_id = (id) => document.getElementById(id);

const store = new Store();
const auth = new Auth((notice) => client.stop(notice));
const client = new Client(store, auth);
const actions = new Actions(store, client);
const call = new Call(store, client);
const meeting = new Meeting(store, client);

async function sign_out() {
  call.hang_up();
  meeting.stop();
  client.stop();
  await auth.sign_out();
}

const dialogs = new Dialogs(by_id("dialogs"), store, client, actions, sign_out);
const sign_in = new SignInView(by_id("sign-in"), store, auth, () => client.start());
const list = new ListView(by_id("side"), store, client, meeting, dialogs);
const chat = new ChatView(by_id("main"), store, client, actions, call, meeting, dialogs);
const meet_view = new MeetView(by_id("main"), store, meeting, dialogs);
const call_view = new CallView(by_id("dialogs"), store, call, (words) => dialogs.tell(words));

const banner_words = {
  connecting: "Connecting…",
  waiting: "Reconnecting…",
};

function render() {
  const is_in = store.state !== "signed_out";
  by_id("app").hidden = !is_in;
  by_id("sign-in").hidden = is_in;
  document.body.dataset.opened = store.open_id || meeting.is_shown ? "chat" : "list";
  const unread = store.unread_total();
  document.title = unread > 0 ? `(${unread}) Parley` : "Parley";
  const words = is_in ? banner_words[store.state] ?? "" : "";
  by_id("banner").hidden = !words;
  by_id("banner").textContent = words;
  if (is_in) {
    list.render();
    chat.render();
    dialogs.render();
    meet_view.render();
    call_view.render();
  } else {
    dialogs.close();
    sign_in.render();
  }
}

store.subscribe(render);
addEventListener("unhandledrejection", ({ reason }) => {
  dialogs.tell(reason?.message ?? "Something went wrong.");
});
if (auth.user) client.start();
render();
