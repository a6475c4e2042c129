/** What is done less well on each rung of the engine's ladder, from the first on. */
const RUNGS = [
  "words appear less often",
  "words appear a good deal less often",
  "sentences are heard less carefully",
  "a smaller model listens",
];

/** Every text of the page, in one place. */
export const texts = {
  product: "voicemind",
  tagline: "A meeting mind that your team hosts itself.",
  close: "Close",
  cancel: "Cancel",
  save: "Save",
  copy: "Copy",
  copied: "Copied",
  retry: "Try again",
  loading: "Loading …",
  home: "To the start page",

  errors: {
    away: "The server does not answer. Check your connection; the page tries again by itself.",
    expired: "This invitation has expired or is not valid. Ask for a new link.",
    forbidden: "Your link does not allow this. Ask the owner of the meeting for another one.",
    missing: "There is nothing here: the address is mistyped, or it was removed.",
    broken: (status: number) => `Something went wrong on the server (${status}). Please try again.`,
    refused: (status: number) => `The server did not accept this (${status}).`,
    cancelled: "Cancelled.",
    crash: "This part of the page has stopped working. What was written is safe.",
    reload: "Reload the page",
  },

  start: {
    create: "Start a meeting",
    title: "What is it about?",
    titleHint: "Weekly planning",
    agenda: "Agenda",
    agendaNote: "One item a line; minutes and owner if you like.",
    agendaHint: "- Budget (10 min) @Maya\n- Launch date (15 min)\n- Hiring",
    submit: "Create the room",
    upload: "Bring a recording",
    uploadNote: "Any audio or video file. Out come transcript, speakers, decisions and actions.",
    drop: "Drop a file here, or choose one",
    rooms: "Your meetings",
    recordings: "Your recordings",
    here: (count: number) => (count === 1 ? "1 person here" : `${count} people here`),
    untitled: "Untitled meeting",
  },

  links: {
    ready: "The room is ready",
    note: "Whoever has a link can come in by it. Send each person only what they need.",
    open: "Open the room",
    another: "Create another",
    owner: "For you: everything, invitations too",
    write: "For those who take part: talk, draw, write",
    comment: "For those who comment",
    read: "For those who look on",
    address: "The address of this room",
  },

  upload: {
    sending: (done: string, all: string) => `Uploading: ${done} of ${all}`,
    waiting: "Waiting for its turn …",
    working: "Listening to the recording …",
    done: "Done",
    open: "Read the minutes",
    cancel: "Cancel",
    failed: "It did not work",
    progress: "Progress",
  },

  join: {
    heading: "Join the meeting",
    name: "Your name",
    nameHint: "as the others should see it",
    microphone: "Microphone",
    turnOn: "Test the microphone",
    level: "How loud you are",
    speak: "Say something: the bar should move.",
    unnamed: (n: number) => `Microphone ${n}`,
    consent:
      "This meeting is transcribed by the server that shows you this page. Everybody in the room sees the transcript and " +
      "what is made of it. Nothing is sent to anybody else.",
    recorded: (days: number | null) =>
      days === null
        ? "It is recorded: its sound is kept on the server as well."
        : `It is recorded: its sound is kept on the server as well, and deleted after ${days} days.`,
    with: "Join with microphone",
    without: "Join without microphone",
    present: "Already here:",
    nobody: "You are the first.",
    readOnly: "Your link lets you look on: you see and hear, but do not write.",
  },

  consent: {
    allow: "Transcribe what I say",
    allowNote: "Without it only the people here hear you. You can change it at any time.",
    heard: "Transcribed",
    unheard: "Not transcribed",
    heardNote: "What you say is transcribed, and counts when the talk is looked at.",
    unheardNote:
      "The people here hear you. What you say is not transcribed, not recorded and counts for nothing.",
    stop: "Do not transcribe me any more",
    go: "Transcribe me",
    forget: "Delete what was heard of me …",
    forgetNow: "Delete it for everybody, for good",
    refused: "That could not be done: ",
    unheardOf: "not transcribed",
  },

  microphone: {
    insecure:
      "A browser gives the microphone only to a page that came over https. Open this page by its https address, or join without microphone.",
    unsupported: "This browser cannot send sound. You can join without microphone, or use a current browser.",
    refused:
      "The microphone was refused. Allow it for this page in the address bar of the browser, then try again – or join without.",
    missing: "No microphone was found. Plug one in and try again, or join without.",
    busy: "Another program holds the microphone. Close it and try again, or join without.",
  },

  room: {
    title: "Title of the meeting",
    leave: "Leave",
    left: "You have left the meeting",
    leftNote: "It goes on without you. What you wrote is kept.",
    rejoin: "Join again",
    mute: "Mute",
    unmute: "Unmute",
    listening: "Listening only",
    connecting: "Connecting the sound …",
    reconnecting:
      "The sound is gone and comes back by itself. Until then you hear nobody, and nobody hears you.",
    kept: (seconds: number) =>
      seconds < 600
        ? `What you say is kept in this browser (${seconds} s so far, at most 10 minutes), and transcribed when you are back.`
        : "Ten minutes of what you said are kept in this browser; what you say now is not.",
    quality: (loss: number, jitter: number) =>
      `sound arrives with ${Math.round(loss * 100)} % lost, ${Math.round(jitter * 1000)} ms jitter`,
    bySocket:
      "Sound by another way: this network lets nothing more direct through. It may come a little later.",
    deaf: "This network lets no direct sound through, and this browser cannot play it by the other way: the others hear you, you hear nobody. Use a current browser, or another network.",
    voiceRefused: "Your voice could not join: ",
    silenced: "The browser holds back the sound.",
    play: "Let me hear",
    download: "Minutes",
    invite: "Invite",
    people: "People here",
    elsewhere: "looking at something else",
    board: "Board",
    boardMenu: "Menu of the board",
    transcript: "Transcript",
    insights: "Insights",
    agenda: "Agenda",
    panel: "What is said",
    showPanel: "Show the panel",
    hidePanel: "Hide the panel",
    moved:
      "This board has a new history on the server. Reload to go on with it; what you had stays in this browser.",
    garbled:
      "The server could not read what this page sent. Reload to go on; what you did stays in this browser.",
    stopped: "The server has ended this connection.",
    lookOn: "An owner of this meeting now lets you look on only: you see and hear, but do not write.",
    sentAway: "An owner of this meeting has asked you to leave. What you wrote is kept.",
    imageRefused: "Pictures cannot be put on the board yet.",
    nudge: "Only you see this",
  },

  sync: {
    offline: "Offline",
    offlineNote: "You can go on; everything is kept here and sent when you are back.",
    connecting: "Connecting …",
    syncing: "Saving …",
    saved: "Saved",
    savedNote: "Everything is on the server's disk.",
    stopped: "Disconnected",
    readOnly: "View only",
  },

  meeting: {
    liveNote: "The meeting is on, and what is said is transcribed.",
    ended: "The meeting has ended",
    recorded: "Recorded",
    recordedNote: "The sound of this meeting is kept on the server.",
    lag: (seconds: number) => `Transcript ${Math.round(seconds)} s behind`,
    busy: "Transcript simplified",
    rung: (rung: number) =>
      rung === 0
        ? "The server is busy; nothing is lost, it comes later."
        : `The server is busy: ${RUNGS[Math.min(rung, RUNGS.length) - 1]}. Nothing is lost.`,
  },

  download: {
    md: "Markdown",
    html: "Web page",
    json: "JSON",
    srt: "Subtitles (SRT)",
    vtt: "Subtitles (WebVTT)",
    txt: "Plain text",
    rttm: "Speakers (RTTM)",
  } as const,

  talk: {
    heading: "Talk time",
    silent: "not heard yet",
    listens: "listens",
    away: "left",
    me: "you",
    balance: (value: string) => `Balance ${value}`,
    balanceNote: "100 % when everybody speaks equally long, 0 % when one speaks alone.",
    speaking: "speaking",
    none: "Shows who speaks how much, once somebody has joined by voice.",
  },

  transcript: {
    empty: "What is said appears here.",
    emptyNote: "Grey words are still being recognised.",
    latest: "To the latest",
    log: "Transcript",
  },

  find: {
    open: "Search what was said",
    label: "Search",
    none: "nothing found",
    place: (at: number, found: number) => (at ? `${at} of ${found}` : `${found} found`),
    before: "The one before",
    next: "The next one",
    close: "End the search",
  },

  topics: {
    heading: "Topics",
    unnamed: "another topic",
    stretch: (label: string, from: string, to: string) => `${label}, ${from} to ${to}: show where it began`,
  },

  quiet: {
    on: "Quiet: show only what people say and write",
    off: "End the quiet: show insights again",
  },

  agenda: {
    add: "Add an item",
    addHint: "Another item …",
    itemTitle: "Title",
    minutes: "Minutes",
    min: "min",
    owner: "Owner",
    up: "Move up",
    down: "Move down",
    remove: "Remove",
    empty: "No agenda yet. With one, the meeting knows what has not been touched.",
    status: { "not touched": "not touched", touched: "touched", covered: "covered" } as Record<
      string,
      string
    >,
    summary: (covered: number, touched: number, all: number) =>
      touched > 0 ? `${covered} of ${all} covered, ${touched} touched` : `${covered} of ${all} covered`,
    spent: (done: string) => `${done} spent`,
    used: (done: string, planned: string) => (planned ? `${done} of ${planned}` : done),
  },

  insights: {
    empty: "Decisions, actions and what the group should notice appear here.",
    accept: "Accept",
    accepted: "Accepted",
    edit: "Edit",
    dismiss: "Dismiss",
    restore: "Bring back",
    done: "Done",
    pin: "Pin to the board",
    pinned: "Show on the board",
    dismissed: (count: number) => `Dismissed (${count})`,
    text: "Text",
    owner: "Owner",
    due: "Due",
    evidence: "Show where it was said",
    nobody: "no owner yet",
    sure: (confidence: string) => `${confidence} sure`,
    kinds: {
      action: "Action",
      decision: "Decision",
      question: "Question",
      avoided: "Not talked about",
      drift: "Off the agenda",
      dominance: "Balance",
      silent: "Not heard",
      heat: "Heated",
      document: "Document",
      summary: "Summary",
    } as Record<string, string>,
    why: {
      "not touched": "planned, not touched",
      dropped: "raised and dropped",
      unanswered: "nobody answered",
    } as Record<string, string>,
    answered: "answered",
  },

  replay: {
    speakers: "Who spoke",
    actions: "Actions",
    decisions: "Decisions",
    questions: "Questions",
    notes: "Worth noticing",
    agenda: "Agenda",
    topics: "Topics",
    transcript: "Transcript",
    none: "None were found.",
    failed: "This recording could not be read.",
    rename: (name: string) => `Rename ${name}`,
    name: "Name",
    correct: "Correct this turn",
    speaker: "Who said it",
    text: "What was said",
    save: "Save",
    cancel: "Cancel",
    play: "Play",
    pause: "Pause",
    playFrom: (time: string) => `Play from ${time}`,
    position: "Where the sound is",
    unplayable: "This browser cannot play the recording. Everything else is here.",
    timeline: "Who spoke when",
    findings: "Findings",
    overTime: "Talk time over time",
    saveDrawing: "Save as SVG",
    turns: (count: number) => (count === 1 ? "1 turn" : `${count} turns`),
  },
};
