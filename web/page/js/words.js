/// What faults of the node mean to people. The node's own words are for those
/// who write clients, and are never shown.

const by_field = {
  display_name: "That name cannot be used: it must be one line that can be seen.",
  title: "That name cannot be used: it must be one line that can be seen.",
  handle: "A handle has 3 to 32 of a-z, 0-9, dot, dash and underscore, begins with a letter or a digit, "
    + "and not with guest-.",
  password: "A password has 8 to 128 characters.",
  emoji: "That is no emoji that can be used here.",
  users: "Somebody of these cannot be added.",
  members: "Somebody of these cannot be added.",
  interests: "One of the interests cannot be used: up to 10, of at most 32 characters each.",
  reason: "Please say what happened in fewer words.",
};

const by_code = {
  401: "Please sign in again.",
  403: "That is not allowed.",
  404: "That is not there any more.",
  409: "That is not possible now.",
  413: "That is too much at once.",
  429: "That was too fast. Please wait a moment.",
  503: "The server cannot be reached now. Please try again.",
};

/// Of these the node says more than the number does.
const by_detail = [
  [/^muted/, () => "A moderator has muted you for now: you can read, but not write."],
  [/^banned/, banned_words],
  [/blocked this user/, () => "You have blocked this person. Unblock them first."],
  [/can't write to this user/, () => "You cannot write to this person."],
  [/not a member/, () => "You are not a member of this conversation."],
  [/word that is not allowed/, () => "This has a word that is not allowed here."],
  [/another call/, () => "You are in another call."],
  [/another of your devices/, () => "You are in this call on another device."],
  [/too many reports/, () => "You have reported many today. Please try again tomorrow."],
  [/only admins|only the owner|who stands higher/, () => "Only those who look after the group may do that."],
  [/message is deleted/, () => "That message was deleted."],
  [/guests/, () => "Guests cannot do that. Please create an account."],
];

/// "banned until TIME: REASON", either of which may be missing.
function banned_words(detail) {
  const [, until, reason] = /^banned(?: until (\S+?))?(?:: (.*))?$/s.exec(detail) ?? [];
  const time = until ? new Date(until) : null;
  const when = time && !Number.isNaN(time.getTime())
    ? ` until ${time.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" })}` : "";
  return `This account has been suspended${when}.${reason ? ` Reason: \u2068${reason}\u2069` : ""}`;
}

/// `error`: the object of the protocol's errors.
export function words_for({ code, data } = {}) {
  const detail = data?.detail ?? "";
  for (const [like, words] of by_detail) if (like.test(detail)) return words(detail);
  // Whoever looks after the service has written this for its users.
  if (code === 403 && data?.field === "text" && detail) return detail;
  if (data?.field === "text") return code === 413 ? "This is too long for one message." : "This cannot be sent.";
  return by_field[data?.field] ?? by_code[code] ?? "Something went wrong. Please try again.";
}
