package main

import (
	"fmt"
	"math"
	"sort"

	"github.com/anishathalye/porcupine"
)

// What porcupine searches an order of: calls that change something, each somewhere between its start and its end.
//
// Calls that change nothing may rest on a state from before they began: a refusal, since an owner that was replaced and
// does not know may still refuse, and what is read from views, which may be behind. They are no steps of their own, or
// porcupine would try every one of them everywhere: a course remembers which of them were true at some moment, and at a
// call's end there is a step that asks whether it was.
type course struct {
	rules   Rules
	changes []porcupine.Operation
	past    []Call
}

// wasTrue is the step at the end of a call that changed nothing.
type wasTrue struct{ number int }

// moment is a state, and which of course.past were true by then.
type moment struct {
	state interface{}
	true_ string
}

func courseOf(calls []Call) (*course, error) {
	rules, _ := rulesOf(calls[0].Key)
	c := &course{rules: rules}
	clients, ids := map[string]int{}, map[string]bool{}
	for _, call := range calls {
		if ids[call.ID] {
			return nil, fmt.Errorf("%s: id %s is there twice: tries of one request are one call", call.Key, call.ID)
		}
		ids[call.ID] = true
		if _, known := clients[call.Client]; !known {
			clients[call.Client] = len(clients)
		}
		step := porcupine.Operation{ClientId: clients[call.Client], Input: call, Call: call.StartNs, Return: call.EndNs}
		if call.Outcome == refused || call.Op == "balance" {
			if call.Outcome == unknown {
				continue
			}
			step.Input, step.Call = wasTrue{len(c.past)}, call.EndNs
			c.past = append(c.past, call)
		} else if call.Outcome == unknown {
			// It may still happen, at any time.
			step.Return = math.MaxInt64
		}
		c.changes = append(c.changes, step)
	}
	for _, call := range c.past {
		for _, id := range call.After {
			if !ids[id] {
				return nil, fmt.Errorf("%s: a call is after %s, which is no call of this key", call.Key, id)
			}
		}
	}
	sort.SliceStable(c.changes, func(i, j int) bool { return c.changes[i].Call < c.changes[j].Call })
	return c, nil
}

// followed are the ids of calls that some read says it has seen.
func (c *course) followed() map[string]bool {
	ids := map[string]bool{}
	for _, call := range c.past {
		for _, id := range call.After {
			ids[id] = true
		}
	}
	return ids
}

// reach is the moment at which a state is reached when others were true before.
func (c *course) reach(state interface{}, before string) moment {
	now := []byte(before)
	for i, call := range c.past {
		if now[i] == 'n' {
			if true_, _ := c.rules.step(state, call); true_ {
				now[i] = 'y'
			}
		}
	}
	return moment{state, string(now)}
}

func (c *course) start() interface{} {
	nothing := make([]byte, len(c.past))
	for i := range nothing {
		nothing[i] = 'n'
	}
	return c.reach(c.rules.initial(c.followed()), string(nothing))
}

func (c *course) step(at moment, input interface{}) (bool, interface{}) {
	if asked, is := input.(wasTrue); is {
		// From here on it makes no difference any more: moments that differ in it only are one.
		after := []byte(at.true_)
		after[asked.number] = '-'
		return at.true_[asked.number] == 'y', moment{at.state, string(after)}
	}
	possible, state := c.rules.step(at.state, input.(Call))
	if !possible || c.rules.same(state, at.state) {
		return possible, at
	}
	return true, c.reach(state, at.true_)
}

func (c *course) model() porcupine.Model {
	return porcupine.Model{
		Init: func() interface{} { return c.start() },
		Step: func(state, input, output interface{}) (bool, interface{}) { return c.step(state.(moment), input) },
		Equal: func(a, b interface{}) bool {
			return a.(moment).true_ == b.(moment).true_ && c.rules.same(a.(moment).state, b.(moment).state)
		},
		Hash: func(state interface{}) uint64 { return c.rules.hash(state.(moment).state) },
		DescribeOperation: func(input, output interface{}) string {
			if asked, is := input.(wasTrue); is {
				return "was true: " + describe(c.past[asked.number])
			}
			return describe(input.(Call))
		},
		DescribeState: func(state interface{}) string { return c.rules.show(state.(moment).state) },
	}
}

func describe(call Call) string {
	text := fmt.Sprintf("%s %s %+v: %s %s", call.ID, call.Op, call.Args, call.Outcome, call.Reason)
	if call.Result != nil {
		text += fmt.Sprintf(" %+v after %v", call.Result.Lines, call.After)
	}
	return text
}
