// One week of the market: on Monday people ask and providers answer; in the mornings some cancel; in the evenings visits
// are recorded, confirmed, missed or disputed. Within a step nothing depends on who is first, so that a seed always makes
// the same week.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "tools/demo_market/fate.h"
#include "tools/demo_market/tally.h"
#include "tools/demo_market/town.h"
#include "tools/demo_market/world.h"

namespace regard::demo {

class Week {
 public:
  // `monday`: 7:00 UTC on the week's Monday, which is now. All outlive the week.
  Week(World& world, Town& town, int number, absl::Time monday, Tally& tally)
      : world_(world), town_(town), number_(number), monday_(monday), tally_(tally) {}

  // All seven days; ends on the next Monday.
  absl::Status Run();
  // Only what happens on Monday morning: what is booked is still to come.
  absl::Status AskAndAnswer();

 private:
  struct Booking {
    Person* person = nullptr;
    Arrangement* arrangement = nullptr;
    std::string booking_id;
    absl::Time start;
    absl::Time end;
    Fate fate = Fate::kWell;
    bool accepted = false;
    bool delivered = false;
  };

  // People ask for what their money is enough for. What it is not enough for they ask later, when the rest is held.
  void Ask(bool beyond_the_budget);
  void AskFor(Person& person, size_t arrangement);
  void Answer();
  void AnswerOne(const ProviderAccount& provider, Booking& booking);
  bool AcceptOne(const ProviderAccount& provider, Booking& booking);
  void LearnWhyDeclined(Booking& booking);
  void DeclineOne(const ProviderAccount& provider, const Booking& booking);
  void Cancel(int day);
  void CancelOne(Booking& booking, const std::string& token, const std::string& reason, bool late);
  void RecordVisits(int day);
  void RecordOne(const ProviderAccount& provider, Booking& booking);
  void SayAbsent(Booking& booking, const std::string& token, bookings::v1::NoShowParty absent);
  void PeopleSay(int day);
  void ResolveDisputes(int until_day);
  void LetInsuranceLapse();
  void DecideUnderLapse(const ProviderAccount& provider);
  void RenewLapsed();

  // The bookings of a day; `day` 0 is Monday.
  template <class Body>
  void EachOf(int day, Body body);
  std::string Name(absl::string_view what, const Booking& booking) const;
  const ProviderAccount& ProviderOf(const Booking& booking) const;
  // Sends a step about one booking; true when it was done. A rule's refusal is counted.
  template <class Request, class Response>
  bool Step(grpc::Status (bookings::v1::BookingsService::Stub::*method)(grpc::ClientContext*, const Request&, Response*),
            const std::string& token, absl::string_view what, const Booking& booking, Request request,
            std::string* refusal = nullptr);

  World& world_;
  Town& town_;
  const int number_;
  const absl::Time monday_;
  Tally& tally_;
  // By person, in the order that they asked.
  std::vector<std::vector<Booking>> bookings_;
  // By person: arrangements that the money is not enough for.
  std::vector<std::vector<size_t>> unaffordable_;
};

// People confirm what only they can confirm, whenever it was recorded.
void ConfirmWhatWaits(World& world, Town& town, int week, Tally& tally);

}  // namespace regard::demo
