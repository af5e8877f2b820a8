// What people do in a small town: two people with three budgets, two providers with three workers, one practitioner.
// Few of everything, so that they get in each other's way. What comes next is drawn from what truly is so.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "regard/budgets/internal/v1/commands.pb.h"
#include "regard/providers/internal/v1/commands.pb.h"
#include "regard/bookings/internal/v1/commands.pb.h"
#include "tests/simulation/operation.h"
#include "tests/simulation/random.h"
#include "tests/simulation/truth.h"

namespace regard::simulation {

class Workload {
 public:
  static constexpr int kClients = 6;

  Workload(const Truth& truth, Random random) : truth_(truth), random_(random) {}

  // What the client does now; null when it has nothing to do yet. `now` is true time.
  std::shared_ptr<Operation> Next(int client, absl::Time now);
  // Providers and budgets are there.
  bool Ready() const;
  // Some provider has three visits that were confirmed.
  bool HasSettledIn() const;

 private:
  using BookingStep = void (*)(bookings::internal::v1::BookingsCommand&);

  std::shared_ptr<Operation> OfOwner(int provider, absl::Time now);
  std::shared_ptr<Operation> OfCouncil(absl::Time now);
  std::shared_ptr<Operation> OfPerson(int person, absl::Time now);
  std::shared_ptr<Operation> PrepareProvider(int provider, absl::Time now);
  std::shared_ptr<Operation> ChangeProvider(int provider, absl::Time now);
  std::shared_ptr<Operation> Visit(const std::string& booking, absl::Time now);
  std::shared_ptr<Operation> Request(int person, absl::Time now);
  std::shared_ptr<Operation> Spend(int person);
  std::shared_ptr<Operation> ChangeBudget();
  std::shared_ptr<Operation> OnBooking(const std::string& kind, const std::string& booking,
                                       const base::v1::Actor& actor);
  std::shared_ptr<Operation> OnBudget(const std::string& kind, int budget, const base::v1::Actor& actor);
  std::shared_ptr<Operation> OnProvider(const std::string& kind, int provider, const base::v1::Actor& actor);
  std::shared_ptr<Operation> Barrier();
  std::shared_ptr<Operation> Begin(const std::string& kind, Topic topic, const base::v1::Actor& actor);
  // A living hold of the budget that was placed without a booking, or a posted one; "none" when there is none.
  std::string SomeHold(const std::string& budget, bool posted);
  std::vector<std::string> BookingsIn(std::initializer_list<bookings::v1::BookingPhase> phases) const;

  bookings::internal::v1::BookingsCommand& Booking(Operation& operation) {
    return static_cast<bookings::internal::v1::BookingsCommand&>(*operation.body);
  }
  budgets::internal::v1::BudgetsCommand& Budget(Operation& operation) {
    return static_cast<budgets::internal::v1::BudgetsCommand&>(*operation.body);
  }
  providers::internal::v1::ProvidersCommand& Provider(Operation& operation) {
    return static_cast<providers::internal::v1::ProvidersCommand&>(*operation.body);
  }

  const Truth& truth_;
  Random random_;
  uint64_t next_id_ = 0;
};

}  // namespace regard::simulation
