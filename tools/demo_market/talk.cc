#include "tools/demo_market/talk.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "libs/base/time.h"

namespace regard::demo {
namespace {

// Somebody who books for themselves and gets visits at home.
const Person& SomebodyWhoBooks(const Town& town) {
  for (const Person& person : town.people) {
    if (person.plan->books_by == BooksBy::kSelf && !person.arrangements.empty() && person.arrangements[0].at_home &&
        !person.arrangements[0].over && !person.arrangements[0].own_assistant) {
      return person;
    }
  }
  return town.people[0];
}

// The arrangement's own hour, two weeks on.
std::string NextStart(const World& world, const Arrangement& arrangement) {
  const absl::CivilDay monday = LondonDay(world.now()) - (absl::GetWeekday(LondonDay(world.now())) == absl::Weekday::sunday ? 6 : 0);
  const absl::CivilDay day = absl::NextWeekday(monday + 7, absl::Weekday::monday) + (arrangement.weekday - 1);
  return absl::FormatTime("%Y-%m-%dT%H:%M",
                          absl::FromCivil(absl::CivilMinute(day) + arrangement.start_minute_of_day, London()), London());
}

}  // namespace

absl::Status PrintTalk(World& world, const Town& town, const std::string& server, const std::string& cli,
                       std::ostream& out) {
  const Person& person = SomebodyWhoBooks(town);
  const std::string& person_id = person.plan->person_id;
  out << "\n== Still running at " << server << " ==\n"
      << "The clock is simulated and stands still: " << cli << " clock --advance 24h moves it.\n\n"
      << "export REGARD_SERVER=" << server << '\n'
      << "export REGARD_TOKEN=" << person.token << '\n'
      << cli << " search gardening --near \"" << person.plan->postcode << "\" --within 3km --funding direct-payment\n"
      << cli << " balance --budget " << person.budget_id << '\n'
      << cli << " statement --budget " << person.budget_id << '\n';
  if (!person.arrangements.empty()) {
    const Arrangement& arrangement = person.arrangements[0];
    out << cli << " book --provider " << arrangement.provider_id << " --listing " << arrangement.listing_id
        << (arrangement.amount_pence > 0 ? absl::StrCat(" --budget ", person.budget_id) : "") << " --start "
        << NextStart(world, arrangement) << " --minutes " << arrangement.minutes << " --home-postcode \""
        << person.plan->postcode << "\"\n";
  }
  out << "REGARD_TOKEN=" << world.operator_token() << ' ' << cli << " log stats\n"
      << "REGARD_TOKEN=" << world.commissioner_token() << ' ' << cli << " shape --council " << kTrafford << "\n\n"
      << "grpcurl -plaintext -max-time 10 " << server << " list\n"
      << "grpcurl -plaintext -max-time 10 -d '{\"words\": \"gardening\", \"postcode\": \"" << person.plan->postcode
      << "\", \"within_m\": 3000}' " << server << " regard.directory.v1.DirectoryService/Search\n"
      << "grpcurl -plaintext -max-time 10 -H \"authorization: Bearer $REGARD_TOKEN\" -d '{\"person_id\": \"" << person_id
      << "\", \"budget_id\": \"" << person.budget_id << "\"}' " << server
      << " regard.budgets.v1.BudgetsService/GetBalance\n"
      << "grpcurl -plaintext -max-time 10 -H \"authorization: Bearer $REGARD_TOKEN\" -d '{\"request_id\": \""
      << world.RequestId("pasted") << "\", \"person_id\": \"" << person_id
      << "\", \"category\": \"regard:music-and-drama\", \"reason\": \"NOTHING_FOUND\"}' " << server
      << " regard.bookings.v1.BookingsService/NoteUnmetNeed\n";
  return absl::OkStatus();
}

}  // namespace regard::demo
