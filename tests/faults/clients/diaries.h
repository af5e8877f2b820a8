// Clients of bookings: at some providers people ask for visits of one of two workers, whom their budgets fund, and the
// provider accepts and cancels. Several want the same hour.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "regard/bookings/v1/bookings_service.grpc.pb.h"
#include "tests/faults/clients/caller.h"
#include "tests/faults/clients/history.h"

namespace regard::faults {

// A provider with a listing, and a person with a budget that pays for much. `accepted` is guarded by its mutex.
struct Diary {
  std::string owner;
  std::string person;
  std::string provider_id;
  std::string listing_id;
  std::string budget_id;
  std::vector<std::string> worker_ids;
  // Of the listing's publication.
  std::string token;
  std::mutex mutex;
  // Bookings that may be cancelled, each by whoever takes it out.
  std::vector<std::string> accepted;

  std::string key() const { return "diary/" + provider_id; }
};

// Registers a provider of this owner and what belongs to it; outside the history. The error of the first step that was
// refused.
absl::StatusOr<std::unique_ptr<Diary>> MakeDiary(Session& session, const std::string& name, uint64_t seed);

class DiaryClient {
 public:
  // `history` takes what is judged for each diary, `requests` the calls that ask for a booking.
  DiaryClient(Session& session, const std::string& name, Diary& diary, History& history, History& requests,
              uint64_t seed);

  // One booking from its request to its acceptance or refusal, or a cancellation.
  void Step();

 private:
  bool Ask(absl::Time start, const std::string& worker, std::string& booking_id, std::string& token);
  bool AwaitFunded(const std::string& booking_id, const std::string& token);
  void Accept(const std::string& booking_id, absl::Time start, const std::string& worker);
  void Cancel();

  Diary& diary_;
  History& history_;
  History& requests_;
  Caller person_;
  // Whoever runs the provider: a name of their own for each client, as each makes one call at a time.
  Caller owner_;
  const std::string name_;
  const std::unique_ptr<bookings::v1::BookingsService::Stub> stub_;
};

}  // namespace regard::faults
