#include "tests/simulation/reactions.h"

#include <functional>
#include <limits>

#include "absl/strings/str_cat.h"
#include "libs/base/routing.h"
#include "regard/bookings/v1/facts.pb.h"
#include "regard/budgets/v1/facts.pb.h"
#include "regard/providers/v1/facts.pb.h"

namespace regard::simulation {
namespace {

using bookings::v1::BookingFact;
using budgets::v1::BudgetFact;
using providers::v1::ProviderFact;

struct Expected {
  absl::string_view reactor;
  int target = 0;
  std::string routing_key;
};

template <class Fact>
std::string WhoseMoney(const Fact& fact) {
  return fact.budget_id().empty() ? "" : fact.person_id();
}

template <class Fact>
std::string WhoseBooking(const Fact& fact) {
  return fact.booking_id().empty() ? "" : fact.provider_id();
}

std::string PersonConcerned(const BookingFact& fact) {
  if (fact.has_requested()) return WhoseMoney(fact.requested());
  if (fact.has_declined()) return fact.declined().by_budget() ? "" : WhoseMoney(fact.declined());
  if (fact.has_expired()) return WhoseMoney(fact.expired());
  if (fact.has_cancelled()) return WhoseMoney(fact.cancelled());
  if (fact.has_confirmed()) return WhoseMoney(fact.confirmed());
  if (fact.has_no_show()) return WhoseMoney(fact.no_show());
  if (fact.has_dispute_resolved()) return WhoseMoney(fact.dispute_resolved());
  return "";
}

std::string ProviderConcerned(const BudgetFact& fact) {
  if (fact.has_hold_placed()) return WhoseBooking(fact.hold_placed());
  if (fact.has_hold_declined()) return WhoseBooking(fact.hold_declined());
  if (fact.has_hold_posted()) return WhoseBooking(fact.hold_posted());
  if (fact.has_hold_voided()) return WhoseBooking(fact.hold_voided());
  if (fact.has_settlement_refused()) return WhoseBooking(fact.settlement_refused());
  return "";
}

Expected ReactionTo(const log::v1::Fact& logged) {
  const std::string kind = logged.stream().substr(0, logged.stream().find('/'));
  if (kind == "booking") {
    BookingFact fact;
    fact.ParseFromString(logged.body());
    return {"budgets.on-bookings", kBudgets, PersonConcerned(fact)};
  }
  if (kind == "budget") {
    BudgetFact fact;
    fact.ParseFromString(logged.body());
    return {"bookings.on-budgets", kBookings, ProviderConcerned(fact)};
  }
  if (kind == "provider") {
    ProviderFact fact;
    fact.ParseFromString(logged.body());
    const bool concerns = fact.has_credential_lapsed() || fact.has_credential_revoked() || fact.has_closed();
    return {"bookings.on-providers", kBookings, concerns ? logged.stream().substr(9) : ""};
  }
  return {};
}

// Calls `visit` for each reaction that is due, with where it happened; 0 for nowhere.
void Visit(const Truth& truth, int partitions,
           const std::function<void(const std::string& source, const Expected& expected, uint64_t position)>& visit) {
  for (int topic = 0; topic < kTopics; ++topic) {
    for (int partition = 0; partition < partitions; ++partition) {
      for (uint64_t position = 1; const Truth::Append* append = truth.Find(topic, partition, position); ++position) {
        for (int index = 0; index < append->append->facts_size(); ++index) {
          const Expected expected = ReactionTo(append->append->facts(index));
          if (expected.routing_key.empty()) continue;
          log::v1::Cause cause;
          cause.set_reactor(std::string(expected.reactor));
          cause.set_source_partition(partition);
          cause.set_source_position(position);
          cause.set_fact_index(index);
          visit(absl::StrCat("topic ", topic, "/", partition, " position ", position, " fact ", index), expected,
                truth.PositionOf(expected.target, PartitionOf(expected.routing_key, partitions), cause));
        }
      }
    }
  }
}

}  // namespace

int ReactionsOpen(const Truth& truth, int partitions) {
  int open = 0;
  Visit(truth, partitions, [&](const std::string&, const Expected&, uint64_t at) { open += at == 0; });
  return open;
}

void CheckReactions(const Truth& truth, int partitions, Verdict& verdict) {
  uint64_t expected_count = 0;
  Visit(truth, partitions, [&](const std::string& source, const Expected& expected, uint64_t at) {
    ++expected_count;
    if (at == 0) verdict.Fail("reactors", absl::StrCat(expected.reactor, " did nothing about ", source));
  });
  uint64_t carried = 0;
  for (int topic = 0; topic < kTopics; ++topic) {
    for (int partition = 0; partition < partitions; ++partition) {
      for (uint64_t position = 1; const Truth::Append* append = truth.Find(topic, partition, position); ++position) {
        // A mark says that everything up to its position was carried: that they are in order is checked elsewhere.
        const bool mark = append->append->cause().fact_index() == std::numeric_limits<uint32_t>::max();
        carried += append->append->has_cause() && !mark;
        if (mark && append->append->facts_size() > 0) verdict.Fail("reactors", "a mark with facts");
      }
    }
  }
  if (!verdict.failed() && carried != expected_count) {
    verdict.Fail("reactors", absl::StrCat(carried, " reactions to ", expected_count, " facts"));
  }
}

}  // namespace regard::simulation
