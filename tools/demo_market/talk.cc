#include "tools/demo_market/talk.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
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

// An address of the service, where services run apart.
std::string AddressOf(const std::string& server, absl::string_view service) {
  for (absl::string_view part : absl::StrSplit(server, ';')) {
    if (!absl::ConsumePrefix(&part, absl::StrCat(service, "="))) continue;
    return std::string(part.substr(0, part.find(',')));
  }
  return server;
}

// The arrangement's own hour, two weeks on.
std::string NextStart(const World& world, const Arrangement& arrangement) {
  const absl::CivilDay monday = LondonDay(world.now()) - (absl::GetWeekday(LondonDay(world.now())) == absl::Weekday::sunday ? 6 : 0);
  const absl::CivilDay day = absl::NextWeekday(monday + 7, absl::Weekday::monday) + (arrangement.weekday - 1);
  return absl::FormatTime("%Y-%m-%dT%H:%M",
                          absl::FromCivil(absl::CivilMinute(day) + arrangement.start_minute_of_day, London()), London());
}

void PrintLines(World& world, const Town& town, const std::string& server, std::ostream& out) {
  const Person& person = SomebodyWhoBooks(town);
  const std::string& person_id = person.plan->person_id;
  out << "\n# As " << person_id << ", who books for themselves: find, look at the money, book.\n"
      << "regard search gardening --near \"" << person.plan->postcode << "\" --within 3km --funding direct-payment\n"
      << "regard balance --budget " << person.budget_id << '\n'
      << "regard statement --budget " << person.budget_id << '\n'
      << "regard outlook --budget " << person.budget_id << '\n';
  if (!person.arrangements.empty()) {
    const Arrangement& arrangement = person.arrangements[0];
    out << "regard book --provider " << arrangement.provider_id << " --listing " << arrangement.listing_id
        << (arrangement.amount_pence > 0 ? absl::StrCat(" --budget ", person.budget_id) : "") << " --start "
        << NextStart(world, arrangement) << " --minutes " << arrangement.minutes << " --home-postcode \""
        << person.plan->postcode << "\"\n";
  }
  out << "\n# As the council, and as an operator. The clock is simulated and stands still until an operator moves it.\n"
      << "regard --token \"$COMMISSIONER\" shape --council " << kTrafford << '\n'
      << "regard --token \"$COMMISSIONER\" costs\n"
      << "regard --token \"$OPERATOR\" log stats\n"
      << "regard --token \"$OPERATOR\" log verify --timeout 5m\n"
      << "regard --token \"$OPERATOR\" clock --advance 24h --timeout 5m\n"
      << "\n# The same without the regard command, for programs: any gRPC client, for example grpcurl.\n"
      << "grpcurl -plaintext -max-time 10 " << AddressOf(server, "directory") << " list\n"
      << "grpcurl -plaintext -max-time 10 " << AddressOf(server, "directory") << " describe regard.directory.v1.DirectoryService\n"
      << "grpcurl -plaintext -max-time 10 -d '{\"words\": \"gardening\", \"postcode\": \"" << person.plan->postcode
      << "\", \"within_m\": 3000}' " << AddressOf(server, "directory") << " regard.directory.v1.DirectoryService/Search\n"
      << "grpcurl -plaintext -max-time 10 -H \"authorization: Bearer $REGARD_TOKEN\" -d '{\"person_id\": \"" << person_id
      << "\", \"budget_id\": \"" << person.budget_id << "\"}' " << AddressOf(server, "budgets")
      << " regard.budgets.v1.BudgetsService/GetBalance\n"
      << "grpcurl -plaintext -max-time 10 -H \"authorization: Bearer $REGARD_TOKEN\" -d '{\"request_id\": \""
      << world.RequestId("pasted") << "\", \"person_id\": \"" << person_id
      << "\", \"category\": \"regard:music-and-drama\", \"reason\": \"NOTHING_FOUND\"}' " << AddressOf(server, "bookings")
      << " regard.bookings.v1.BookingsService/NoteUnmetNeed\n";
}

}  // namespace

absl::Status PrintTalk(World& world, const Town& town, const std::string& server, const std::string& cli,
                       std::ostream& out) {
  const size_t slash = cli.rfind('/');
  out << "\n== Still running at " << server << ": talk to it from any terminal of this machine ==\n"
      << "# First, once in a terminal: where it is, and who you are (tokens are good for a week).\n"
      << (slash == std::string::npos ? "" : absl::StrCat("export PATH=\"", cli.substr(0, slash), ":$PATH\"\n"))
      << "export REGARD_SERVER='" << server << "'" << '\n'
      << "export REGARD_TOKEN=" << SomebodyWhoBooks(town).token << '\n'
      << "COMMISSIONER=" << world.commissioner_token() << '\n'
      << "OPERATOR=" << world.operator_token() << '\n';
  PrintLines(world, town, server, out);
  return absl::OkStatus();
}

}  // namespace regard::demo
