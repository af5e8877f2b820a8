package main

import (
	"fmt"
	"sort"
	"strings"
)

// What holds of a provider's diary: nobody is in two places at once, and what was cancelled stays cancelled.
var diaryRules = Rules{
	operations: map[string]bool{"accept": true, "cancel": true},
	initial:    func(map[string]bool) interface{} { return diary{} },
	step:       func(state interface{}, call Call) (bool, interface{}) { return state.(diary).step(call) },
	same:       func(a, b interface{}) bool { return a.(diary).text == b.(diary).text },
	hash:       func(state interface{}) uint64 { return hashOf(state.(diary).text) },
	show:       func(state interface{}) string { return state.(diary).text },
}

// A booking that was accepted, or cancelled: then it takes no time.
type visit struct {
	worker    string
	fromS     int64
	toS       int64
	cancelled bool
}

// Never changed: every step makes a new one.
type diary struct {
	visits map[string]visit
	// All of it, in words.
	text string
}

func (d diary) step(call Call) (bool, interface{}) {
	reason := d.objection(call)
	switch {
	case call.Outcome == refused:
		return reason == call.Reason, d
	case reason != "":
		return call.Outcome == unknown, d
	}
	next := map[string]visit{}
	for booking, at := range d.visits {
		next[booking] = at
	}
	if call.Op == "accept" {
		next[call.Args.Booking] = visit{worker: call.Args.Worker, fromS: call.Args.FromS, toS: call.Args.ToS}
	} else {
		next[call.Args.Booking] = visit{cancelled: true}
	}
	return true, diary{next, wordsOf(next)}
}

func (d diary) objection(call Call) string {
	if call.Op == "cancel" {
		return ""
	}
	args := call.Args
	if at, known := d.visits[args.Booking]; known {
		if at.cancelled {
			return "BOOKING_IS_CANCELLED"
		}
		return "BOOKING_IS_ACCEPTED"
	}
	for _, at := range d.visits {
		if !at.cancelled && at.worker == args.Worker && at.fromS < args.ToS && args.FromS < at.toS {
			return "WORKER_ALREADY_BOOKED"
		}
	}
	return ""
}

func wordsOf(visits map[string]visit) string {
	var words []string
	for booking, at := range visits {
		if at.cancelled {
			words = append(words, booking+" cancelled")
		} else {
			words = append(words, fmt.Sprintf("%s: %s %d to %d", booking, at.worker, at.fromS, at.toS))
		}
	}
	sort.Strings(words)
	return strings.Join(words, "; ")
}
