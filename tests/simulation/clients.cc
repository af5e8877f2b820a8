// Clients as real ones are: they wait a while, then ask again with the same request id, maybe elsewhere, until they
// know.
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/routing.h"
#include "tests/simulation/world.h"

namespace regard::simulation {

void World::StartClients() {
  clients_.resize(Workload::kClients);
  for (int client = 0; client < Workload::kClients; ++client) Think(client);
}

void World::Think(int client) {
  schedule_.After(random_.Between(absl::Microseconds(200), absl::Milliseconds(10)), [this, client] {
    if (calm_ || log_is_cut_) return;
    Client& one = clients_[client];
    if (!one.answered.empty() && random_.PerMille(50)) {
      // As an app does that was restarted, or a person who taps twice.
      coverage_.Hit(Reached::kAskedAgain);
      one.operation = random_.Pick(one.answered);
      return Try(client);
    }
    one.operation = workload_->Next(client, start_ + schedule_.now());
    if (one.operation == nullptr) return Think(client);
    ++operations_;
    one.operation->invoked = schedule_.now();
    if (one.operation->body == nullptr) {
      const int partition = PartitionOf(one.operation->routing_key, partitions_);
      one.operation->pence = static_cast<int64_t>(answers_->Acknowledged(one.operation->topic, partition));
    }
    Try(client);
  });
}

void World::Try(int client) {
  Client& one = clients_[client];
  const std::shared_ptr<Operation> operation = one.operation;
  const int number = ++operation->tries;
  operation->unknown = operation->unknown && !operation->committed.has_value();
  one.waiting_for = number;
  const std::vector<int> alive = Alive();
  // The one that answered last, unless somebody else might know.
  if (!alive.empty() && (At(one.slot) == nullptr || number > 1 || random_.PerMille(100))) {
    one.slot = random_.Pick(alive);
  }
  const int slot = one.slot;
  const absl::Duration patience = random_.Between(absl::Milliseconds(80), absl::Seconds(1));
  Note(absl::StrCat("client ", client, " asks ", slot, " for ", operation->id, " ", operation->kind, " ",
                    operation->stream, " try ", number));
  schedule_.After(random_.Between(absl::Microseconds(50), absl::Microseconds(500)),
                  [this, client, operation, number, slot, patience] {
    Instance* instance = At(slot);
    if (instance == nullptr || !instance->life().alive()) return;
    const int id = instance->life().id();
    instance->Arrive(operation, patience, [this, client, operation, number, slot, id](const es::Outcome& outcome,
                                                                                     bool early) {
      Note(absl::StrCat("answer ", operation->id, " by ", id, " kind ", static_cast<int>(outcome.kind), " ",
                        outcome.rejection.reason, " at ", outcome.partition, ":", outcome.position, " version ",
                        outcome.version, outcome.repeated ? " again" : ""));
      answers_->Judge(*operation, outcome, early, id, schedule_.now());
      schedule_.After(random_.Between(absl::Microseconds(50), absl::Microseconds(500)),
                      [this, client, operation, number, slot, outcome] {
        OnAnswer(client, operation, number, slot, outcome);
      });
    });
  });
  // No answer, or none that says anything: it asks again.
  schedule_.After(patience + absl::Milliseconds(20), [this, client, operation, number] {
    Client& waiting = clients_[client];
    if (waiting.operation != operation || waiting.waiting_for != number) return;
    coverage_.Hit(Reached::kAskedTwoInstances);
    operation->unknown = true;
    Try(client);
  });
}

void World::OnAnswer(int client, const std::shared_ptr<Operation>& operation, int try_number, int slot,
                     const es::Outcome& outcome) {
  Client& one = clients_[client];
  if (one.operation != operation) return;
  const bool knows = outcome.kind == es::Outcome::Kind::kCommitted ||
                     (outcome.kind == es::Outcome::Kind::kRefused &&
                      outcome.rejection.kind != Rejection::Kind::kUnavailable &&
                      outcome.rejection.kind != Rejection::Kind::kDeadline);
  if (knows) {
    one.operation = nullptr;
    if (operation->request.has_value() && outcome.kind == es::Outcome::Kind::kCommitted && random_.PerMille(200)) {
      one.answered.push_back(operation);
    }
    one.slot = slot;
    return Think(client);
  }
  if (one.waiting_for != try_number) return;
  one.waiting_for = 0;
  schedule_.After(random_.Between(absl::Milliseconds(2), absl::Milliseconds(60)), [this, client, operation] {
    if (clients_[client].operation == operation && clients_[client].waiting_for == 0) Try(client);
  });
}

}  // namespace regard::simulation
