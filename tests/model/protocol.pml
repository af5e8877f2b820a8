/* The protocol of docs/log-protocol.md: instances that claim one partition, send records which are late, overtake each
 * other, are written twice or never, and learn from offsets, or from errors that may be lies, what became of them.
 *
 * One process makes every step of everybody, so that a state is only what matters. An instance that is paused is one
 * that makes no step for a while; a record that is lost is one that is never written. Two macros make a run: bounds
 * (-DCLAIMS=3 ...) and at most one control, which leaves a rule out (-DGAP_CHECK_REMOVED ...). */

#ifndef INSTANCES
#define INSTANCES 2
#endif
#ifndef CLAIMS    /* in all */
#define CLAIMS 3
#endif
#ifndef RECORDS   /* under one claim, all of them under way at once if it comes to that */
#define RECORDS 2
#endif
#ifndef COMMANDS
#define COMMANDS 3
#endif
#ifndef COPIES    /* second copies of records or claims, in all */
#define COPIES 1
#endif
#ifndef ANSWERS   /* that append nothing, in all */
#define ANSWERS 1
#endif
#ifndef LOST_DISKS
#define LOST_DISKS 1
#endif

#define LENGTH (CLAIMS * (1 + RECORDS) + COPIES)
#define NONE 255
/* A record is known by its claim and its sequence; sequence 0 is the claim itself. */
#define ID(c, s) ((c) * (RECORDS + 1) + (s))
#define CLAIM_OF(id) ((id) / (RECORDS + 1))
#define SEQUENCE_OF(id) ((id) % (RECORDS + 1))

/* The log, and what is under way to it. */
byte log[LENGTH];
byte length;
byte owner[CLAIMS];            /* who sent the claim */
byte token[CLAIMS];            /* the offset that its sender learned; NONE before */
byte claims;
bool sent[CLAIMS * (RECORDS + 1)];
bool written[CLAIMS * (RECORDS + 1)];
byte command[CLAIMS * (RECORDS + 1)];
byte expected[CLAIMS * (RECORDS + 1)];  /* the position that its sender decided it for, from 0 */
byte copies, answers, lost_disks;
byte asked;                     /* commands are alike: they are asked for the first time in order */

/* What readers have accepted. Every reader computes this; it follows the log at once. */
byte reader_token = NONE;
byte reader_sequence;
byte accepted[LENGTH];         /* commands, by position */
byte positions;

/* An instance. Its state is the list of commands it has folded: the first `durable` of `staged` are on its disk,
 * together with a checkpoint. */
mtype = { idle, claiming, serving };
typedef Instance {
  mtype phase = idle;
  byte claim;
#ifdef CLAIM_NOT_REPLAYED
  byte known_end;              /* of the log, when it claimed */
#endif
  byte sequence;               /* of the last record sent */
  byte acknowledged;           /* of the last that was acknowledged */
  byte last;                   /* offset of it */
  byte staged[LENGTH];
  byte count;
  byte known;                  /* which commands are among them, as bits */
  byte durable;
  byte from_offset;            /* the checkpoint */
  byte from_token = NONE;
  byte from_sequence;
  bool waits;                  /* an answer that appends nothing, until record `rests_on` is acknowledged */
  byte rests_on;
  byte answer_position;
}
Instance instance[INSTANCES];

#define I instance[i]

/* Scratch of single steps; 0 between them. */
byte i, k, n, o, t, q, id;
bool found;

/* The filter: whether record `id` at `offset` counts when the state is (tok, seq). */
#ifdef SEQUENCE_CHECK_REMOVED
#define COUNTS(id, tok, seq) (token[CLAIM_OF(id)] == tok && SEQUENCE_OF(id) != 0)
#else
#ifdef TOKEN_CHECK_REMOVED
#define COUNTS(id, tok, seq) (SEQUENCE_OF(id) == seq + 1)
#else
#define COUNTS(id, tok, seq) (token[CLAIM_OF(id)] == tok && SEQUENCE_OF(id) == seq + 1)
#endif
#endif

/* Appends record `id`, and lets readers judge it. */
inline Write() {
  log[length] = id;
  printf("offset %d: claim %d record %d\n", length, CLAIM_OF(id), SEQUENCE_OF(id));
  if
  :: SEQUENCE_OF(id) == 0 -> reader_token = length; reader_sequence = 0
  :: SEQUENCE_OF(id) != 0 && COUNTS(id, reader_token, reader_sequence) ->
     /* One writer for a token: the process that claimed it. */
     assert(owner[CLAIM_OF(log[reader_token])] == owner[CLAIM_OF(id)]);
     /* Exactly once. */
     k = 0;
     do
     :: k < positions -> assert(accepted[k] != command[id]); k++
     :: else -> break
     od;
     /* Without a gap, and decided on the state that readers have. */
     assert(expected[id] == positions);
     accepted[positions] = command[id];
     positions++;
     reader_sequence = SEQUENCE_OF(id);
     printf("    readers accept it: position %d is command %d\n", positions, command[id])
  :: else -> printf("    readers drop it\n")
  fi;
  length++;
  k = 0; id = 0
}

/* Refusals, repeated answers: what they rest on is what readers accepted, up to the position that they name. */
inline Release() {
  printf("    instance %d answers, as of position %d\n", i, I.answer_position);
  assert(I.answer_position <= positions);
  k = 0;
  do
  :: k < I.answer_position -> assert(accepted[k] == I.staged[k]); k++
  :: else -> break
  od;
  k = 0;
  I.waits = false; I.rests_on = 0; I.answer_position = 0
}

/* Everything unacknowledged is unknown, and what was staged is forgotten. */
inline Fail() {
  printf("instance %d fails: what it has not acknowledged is unknown\n", i);
#ifndef STAGED_STATE_KEPT
  n = I.count;
  do
  :: n > I.durable -> n--; I.known = I.known & (255 - (1 << (I.staged[n] - 1))); I.staged[n] = 0
  :: else -> break
  od;
  n = 0;
  I.count = I.durable;
#endif
  I.waits = false; I.rests_on = 0; I.answer_position = 0;
#ifdef GOES_ON_AFTER_ERROR
  if
  :: I.phase == serving && I.acknowledged != I.sequence ->
     /* Takes an error for the news that nothing was written, and counts on. */
     I.acknowledged = I.sequence
  :: else -> Leave()
  fi
#else
  Leave()
#endif
}

inline Leave() {
  I.phase = idle; I.claim = 0; I.sequence = 0; I.acknowledged = 0; I.last = 0;
#ifdef CLAIM_NOT_REPLAYED
  I.known_end = 0;
#endif
  if
  :: claims == CLAIMS -> Forget(instance[i])
  :: else
  fi
}

/* Who cannot claim any more does nothing that matters: runs that differ in its past only are one. */
inline Forget(x) {
  n = 0;
  do
  :: n < x.count -> x.staged[n] = 0; n++
  :: else -> break
  od;
  n = 0;
  x.count = 0; x.known = 0; x.durable = 0; x.from_offset = 0; x.from_token = NONE; x.from_sequence = 0
}

/* From the checkpoint to offset `o`; then the instance serves if the latest claim is its own. */
inline Replay() {
  t = I.from_token; q = I.from_sequence; n = I.from_offset;
  do
  :: n < o ->
     id = log[n];
     if
     :: SEQUENCE_OF(id) == 0 -> t = n; q = 0
     :: SEQUENCE_OF(id) != 0 && COUNTS(id, t, q) ->
        I.staged[I.count] = command[id]; I.count++; q = SEQUENCE_OF(id);
        I.known = I.known | (1 << (command[id] - 1))
     :: else
     fi;
     n++
  :: else -> break
  od;
  I.durable = I.count;
#ifdef DEDUPLICATION_FORGOTTEN
  I.known = 0;
#endif
#ifdef CLAIM_NOT_REPLAYED
  t = token[I.claim]; q = 0;
#endif
  I.from_offset = (o > I.from_offset -> o : I.from_offset); I.from_token = t; I.from_sequence = q;
  if
  :: t == token[I.claim] ->
     I.phase = serving; I.last = t;
     printf("instance %d has read to offset %d, its token is %d, and serves from position %d\n", i, o, t, I.count)
  :: else -> Leave()
  fi;
  t = 0; q = 0; n = 0; id = 0; o = 0
}

/* Whether the delivery at offset `o` of the oldest unacknowledged record may be acknowledged. */
inline CheckDelivery() {
  found = true;
#ifndef OFFSET_ORDER_UNCHECKED
  if
  :: o <= I.last -> found = false
  :: else
  fi;
#endif
#ifndef GAP_CHECK_REMOVED
  n = I.last + 1; q = I.acknowledged;
  do
  :: n < o && found ->
     if
     :: SEQUENCE_OF(log[n]) == 0 -> found = false
     :: CLAIM_OF(log[n]) == I.claim && SEQUENCE_OF(log[n]) == q + 1 ->
        q++;
#ifndef SECOND_COPY_UNNOTICED
        if
        :: q > I.acknowledged + 1 -> found = false
        :: else
        fi
#endif
     :: else
     fi;
     n++
  :: else -> break
  od;
  n = 0; q = 0
#endif
}

inline Acknowledge() {
  printf("    instance %d acknowledges it\n", i);
  I.acknowledged++;
  I.last = o;
  I.durable++;
  I.from_offset = o + 1; I.from_token = token[I.claim]; I.from_sequence = I.acknowledged;
  /* What is acknowledged was accepted, at the position that is answered; and what was accepted stays. */
  assert(I.durable <= positions && accepted[I.durable - 1] == I.staged[I.durable - 1]);
  if
  :: I.waits && I.rests_on == I.acknowledged -> Release()
  :: else
  fi
}

/* Choices are made where they can be made: whoever cannot act is not chosen, so that no step ends in the middle. */
#if INSTANCES == 2
#define WHO(can) :: can(instance[0]) -> i = 0 :: can(instance[1]) -> i = 1
#else
#define WHO(can) :: can(instance[0]) -> i = 0 :: can(instance[1]) -> i = 1 :: can(instance[2]) -> i = 2
#endif

#define CAN_CLAIM(x) (claims > 0 && claims < CLAIMS && x.phase == idle)
#define CAN_FAIL(x) (x.phase != idle)
#define CAN_LOSE(x) (lost_disks < LOST_DISKS && x.from_offset > 0)
#define CAN_ANSWER(x) (answers < ANSWERS && x.phase == serving && !x.waits)
#define CAN_SEND(x) (x.phase == serving && x.sequence < RECORDS && x.known != (1 << COMMANDS) - 1 && x.count < LENGTH)
#define HEARS_OF_CLAIM(x) (x.phase == claiming && written[ID(x.claim, 0)])
#define HEARS_OF_RECORD(x) \
  (x.phase == serving && x.acknowledged < x.sequence && written[ID(x.claim, x.acknowledged + 1)])

#define NEW(c) :: c <= asked + 1 && !(I.known & (1 << (c - 1))) -> k = c
#define WRITABLE(x) :: sent[x] && (!written[x] || copies < COPIES) && length < LENGTH -> id = x
#define LIES_AT(x) :: x < length && log[x] == id -> o = x
#if LENGTH > 14 || CLAIMS * (RECORDS + 1) > 12 || COMMANDS > 4
#error "add lines below"
#endif

inline ChooseNewCommand() {
  if
  NEW(1)
  NEW(2)
#if COMMANDS > 2
  NEW(3)
#endif
#if COMMANDS > 3
  NEW(4)
#endif
  fi
}

#define CHOOSE_RECORD if WRITABLE(0) WRITABLE(1) WRITABLE(2) WRITABLE(3) MORE_RECORDS fi
#if CLAIMS * (RECORDS + 1) > 9
#define MORE_RECORDS WRITABLE(4) WRITABLE(5) WRITABLE(6) WRITABLE(7) WRITABLE(8) MOST_RECORDS
#if CLAIMS * (RECORDS + 1) > 11
#define MOST_RECORDS WRITABLE(9) WRITABLE(10) WRITABLE(11)
#else
#define MOST_RECORDS WRITABLE(9)
#endif
#elif CLAIMS * (RECORDS + 1) > 8
#define MORE_RECORDS WRITABLE(4) WRITABLE(5) WRITABLE(6) WRITABLE(7) WRITABLE(8)
#elif CLAIMS * (RECORDS + 1) > 5
#define MORE_RECORDS WRITABLE(4) WRITABLE(5)
#else
#define MORE_RECORDS
#endif

inline ChooseOffset() {
  if
  LIES_AT(0) LIES_AT(1) LIES_AT(2) LIES_AT(3) LIES_AT(4)
#if LENGTH > 5
  LIES_AT(5) LIES_AT(6)
#endif
#if LENGTH > 7
  LIES_AT(7) LIES_AT(8) LIES_AT(9)
#endif
#if LENGTH > 10
  LIES_AT(10) LIES_AT(11) LIES_AT(12) LIES_AT(13)
#endif
  fi
}

active proctype World() {
  do
  /* A client asks, for the first time or again, and an instance that has not got the command decides it. */
  :: atomic { if WHO(CAN_SEND) fi;
     ChooseNewCommand();
     d_step {
       asked = (k > asked -> k : asked);
       I.sequence++;
       id = ID(I.claim, I.sequence);
       printf("instance %d sends command %d as claim %d record %d\n", i, k, I.claim, I.sequence);
       sent[id] = true; command[id] = k; expected[id] = I.count;
       I.staged[I.count] = k; I.count++; I.known = I.known | (1 << (k - 1));
       k = 0; id = 0; i = 0 } }

  /* It answers without appending: at once when nothing is under way, else when all before it is acknowledged. */
  :: atomic { if WHO(CAN_ANSWER) fi;
     d_step {
       answers++;
       I.answer_position = I.count;
       printf("instance %d has an answer that appends nothing\n", i);
#ifdef RELEASED_EARLY
       Release();
#else
       if
       :: I.acknowledged == I.sequence -> Release()
       :: else -> I.waits = true; I.rests_on = I.sequence
       fi;
#endif
       i = 0 } }

  /* Somebody claims. */
  :: atomic {
     if
     :: claims == 0 -> i = 0  /* instances are alike */
     WHO(CAN_CLAIM)
     fi;
     d_step {
       I.phase = claiming; I.claim = claims;
#ifdef CLAIM_NOT_REPLAYED
       I.known_end = length;
#endif
       owner[claims] = i; token[claims] = NONE; sent[ID(claims, 0)] = true;
       printf("instance %d sends claim %d\n", i, claims);
       claims++;
       i = 0;
       do
       :: i < INSTANCES && claims == CLAIMS ->
          if
          :: I.phase == idle -> Forget(instance[i])
          :: else
          fi;
          i++
       :: else -> break
       od;
       i = 0 } }

  /* Something under way is written: any of it, whatever its age; once more if second copies are left. */
  :: atomic { CHOOSE_RECORD;
     d_step {
       if
       :: written[id] -> copies++
       :: else -> written[id] = true
       fi;
       Write() } }

  /* The claim is delivered: at any of its offsets. What is read may reach beyond it. */
  :: atomic { if WHO(HEARS_OF_CLAIM) fi;
     id = ID(I.claim, 0);
     ChooseOffset();
     token[I.claim] = o;
#ifdef CLAIM_NOT_REPLAYED
     o = I.known_end;
#else
     o++;
     if
     :: skip
     :: o < length -> o = length
     fi;
#endif
     d_step { id = 0; Replay(); i = 0 } }

  /* The oldest unacknowledged record is delivered: at any of its offsets. */
  :: atomic { if WHO(HEARS_OF_RECORD) fi;
     id = ID(I.claim, I.acknowledged + 1);
     ChooseOffset();
     d_step {
       printf("instance %d hears that record %d is at offset %d\n", i, I.acknowledged + 1, o);
       CheckDelivery();
       if
       :: found -> Acknowledge()
       :: else -> Fail()
       fi;
       found = false; id = 0; o = 0; i = 0 } }

  /* An error, true or not, a death, or a gap that cannot be read: at any time. */
  :: atomic { if WHO(CAN_FAIL) fi;
#ifdef CHECKPOINT_FIRST
     if
     :: skip
     :: I.durable > 0 && I.durable == I.count -> I.durable--
     fi;
#endif
     d_step { Fail(); i = 0 } }

  /* A death that takes the disk with it: all is replayed. */
  :: atomic { if WHO(CAN_LOSE) fi;
     d_step {
       lost_disks++;
       printf("instance %d loses its disk\n", i);
       I.durable = 0; I.from_offset = 0; I.from_token = NONE; I.from_sequence = 0;
       Fail();
       i = 0 } }
  od
}
