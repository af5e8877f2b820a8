// regard search: what there is near somebody, best fit first, with the reasons.
#include <CLI/CLI.hpp>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "regard/directory/v1/directory_service.grpc.pb.h"
#include "tools/cli/options.h"
#include "tools/cli/program.h"
#include "tools/cli/show_search.h"

namespace regard::cli {
namespace {

using directory::v1::DirectoryService;

struct SearchOptions {
  std::vector<std::string> words;
  bool any_word = false;
  std::string near;
  std::string within;
  std::vector<std::string> categories;
  std::vector<std::string> forms;
  std::string max_price;
  std::string unit;
  std::vector<std::string> funding;
  std::vector<std::string> languages;
  std::vector<std::string> kinds;
  bool verified = false;
  bool bookable = false;
  bool facets = false;
  int page_size = 20;
  std::string page_token;
};

absl::StatusOr<directory::v1::SearchRequest> RequestOf(const SearchOptions& options) {
  directory::v1::SearchRequest request;
  request.set_words(absl::StrJoin(options.words, " "));
  if (options.any_word) request.set_word_match(directory::v1::WORD_MATCH_ANY);
  if (!options.near.empty()) request.set_postcode(options.near);
  if (!options.within.empty()) {
    const absl::StatusOr<int32_t> metres = ReadMetres(options.within);
    if (!metres.ok()) return metres.status();
    request.set_within_m(*metres);
  }
  for (const std::string& category : options.categories) request.add_categories(category);
  for (const std::string& word : options.forms) request.add_forms(FromWord<providers::v1::ListingForm>(word));
  if (!options.max_price.empty()) {
    const absl::StatusOr<int64_t> pence = ReadPounds(options.max_price);
    if (!pence.ok()) return pence.status();
    request.set_max_price_pence(*pence);
  }
  request.set_price_unit(FromWord<providers::v1::PriceUnit>(options.unit));
  for (const std::string& word : options.funding) request.add_funding_accepted(FromWord<base::v1::Holding>(word));
  for (const std::string& language : options.languages) request.add_languages(language);
  for (const std::string& word : options.kinds) request.add_provider_kinds(FromWord<base::v1::ProviderKind>(word));
  request.set_verified_only(options.verified);
  request.set_bookable_only(options.bookable);
  request.set_page_size(options.page_size);
  request.set_page_token(options.page_token);
  return request;
}

absl::Status Search(Program& program, const SearchOptions& options) {
  const absl::StatusOr<directory::v1::SearchRequest> request = RequestOf(options);
  if (!request.ok()) return request.status();
  directory::v1::SearchResponse response;
  const absl::Status status = program.Call<DirectoryService>(&DirectoryService::Stub::Search, *request, response);
  if (!status.ok()) return status;
  program.Answer(response, [&](std::ostream& out) {
    ShowResults(response, out);
    if (options.facets) ShowFacets(response, out);
    if (!response.next_page_token().empty()) out << "more: --page-token " << response.next_page_token() << '\n';
  });
  return absl::OkStatus();
}

}  // namespace

void AddSearchCommand(Program& program) {
  auto options = std::make_shared<SearchOptions>();
  CLI::App& command = program.Add(
      program.app(), "search", "Find support; open to everybody",
      "  regard search gardening --near \"M33 4GT\" --within 3km --funding direct-payment\n"
      "  regard search --near M33 --form free-activity --facets\n"
      "  regard search somebody to talk to --any-word --bookable --json",
      [&program, options] { return Search(program, *options); });
  command.add_option("words", options->words, "What for; stems are compared");
  command.add_flag("--any-word", options->any_word, "Any of the words instead of all");
  command.add_option("--near", options->near, "Postcode, sector or district");
  command.add_option("--within", options->within, "At most this far, e.g. 3km");
  AddMany(command, "--category", options->categories, "CURIE such as regard:gardening; may be repeated");
  AddEnums<providers::v1::ListingForm>(command, "--form", options->forms, "How it is given; may be repeated");
  command.add_option("--max-price", options->max_price, "Pounds; 0 is free of charge");
  AddEnum<providers::v1::PriceUnit>(command, "--unit", options->unit, "What the price is for");
  AddEnums<base::v1::Holding>(command, "--funding", options->funding, "Money that must be accepted; may be repeated");
  AddMany(command, "--language", options->languages, "e.g. pa; may be repeated");
  AddEnums<base::v1::ProviderKind>(command, "--kind", options->kinds, "Kind of provider; may be repeated");
  command.add_flag("--verified", options->verified, "Only with a verified credential");
  command.add_flag("--bookable", options->bookable, "Without what is only known");
  command.add_flag("--facets", options->facets, "How many of each kind, too");
  command.add_option("--page-size", options->page_size, "1 to 100")->capture_default_str();
  command.add_option("--page-token", options->page_token, "From the page before");
}

}  // namespace regard::cli
