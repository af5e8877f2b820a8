#include "tools/demo_market/registers.h"

#include <fstream>
#include <functional>
#include <mutex>
#include <set>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "tools/cli/import/plan.h"
#include "tools/cli/parallel.h"

namespace regard::demo {
namespace {

using budgets::v1::BudgetsService;
using providers::v1::ProvidersService;

constexpr int kPriceYear = 2008;
constexpr char kCostSource[] = "DEMOS_2008";

absl::StatusOr<std::string> ReadAll(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (!file || !(text << file.rdbuf())) return absl::NotFoundError(absl::StrCat(path, " cannot be read"));
  return text.str();
}

// Sends a plan; a refused row ends the demonstration, since what ships has none. Answers how many rows were taken.
template <class Stub, class Request, class Response>
absl::StatusOr<int> Import(World& world, absl::StatusOr<cli::ImportPlan<Request>> plan, const std::unique_ptr<Stub>& stub,
                           grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                           const std::string& name,
                           const std::function<void(const Request&, const Response&)>& taken = nullptr) {
  if (!plan.ok()) return plan.status();
  if (!plan->problems.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat(name, ", line ", plan->problems[0].line, ": ", plan->problems[0].reason));
  }
  std::mutex mutex;
  int rows = 0;
  cli::InParallel(plan->items.size(), kAtOnce, [&](size_t i) {
    if (world.failed()) return;
    Response response;
    const auto& item = plan->items[i];
    const absl::Status told =
        world.Tell(stub, method, world.operator_token(), absl::StrCat(name, " ", i), item.request, response);
    if (!world.Expect(told, absl::StrCat(name, ", line ", item.line))) return;
    std::lock_guard<std::mutex> lock(mutex);
    rows += item.rows;
    if (taken != nullptr) taken(item.request, response);
  });
  if (world.failed()) return world.failure();
  return rows;
}

absl::StatusOr<int> ImportKnown(World& world, absl::StatusOr<cli::ImportPlan<providers::v1::ImportKnownProviderRequest>> plan,
                                const std::string& name, Town& town) {
  return Import<ProvidersService::Stub, providers::v1::ImportKnownProviderRequest,
                providers::v1::ImportKnownProviderResponse>(
      world, std::move(plan), world.stubs().providers, &ProvidersService::Stub::ImportKnownProvider, name,
      [&town](const auto& request, const auto& response) {
        town.known_provider_ids[request.source()] = response.provider_id();
      });
}

absl::Status LoadCosts(World& world, const std::string& csv, Registers& registers, std::ostream& out) {
  auto plan = cli::PlanCosts(csv, kPriceYear, kCostSource);
  if (!plan.ok()) return plan.status();
  std::set<std::string> councils;
  for (const auto& item : plan->items) {
    councils.insert(item.request.tenant());
    if (item.request.arrangement() == budgets::v1::ARRANGEMENT_PERSONAL_BUDGET) {
      registers.personal_budget_pence.push_back(item.request.annual_cost().pence());
    }
  }
  const auto rows = Import(world, std::move(plan), world.stubs().budgets, &BudgetsService::Stub::RecordPackageCost, "costs");
  if (!rows.ok()) return rows.status();
  out << "  " << councils.size() << " councils: " << registers.personal_budget_pence.size() << " real personal budgets and "
      << *rows - static_cast<int>(registers.personal_budget_pence.size())
      << " traditional packages, in pounds of 2008 (Demos, Making It Personal)\n";
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Registers> LoadRegisters(World& world, const std::string& data, Town& town, std::ostream& out) {
  std::vector<std::string> texts;
  for (const char* name : {"care_costs_2008.csv", "trafford/postcodes.csv", "trafford/areas_2021.csv",
                           "trafford/community_organisations.csv", "trafford/care_homes.csv"}) {
    absl::StatusOr<std::string> text = ReadAll(absl::StrCat(data, "/", name));
    if (!text.ok()) return text.status();
    texts.push_back(*std::move(text));
  }
  Registers registers;
  if (const auto loaded = LoadCosts(world, texts[0], registers, out); !loaded.ok()) return loaded;
  const auto postcodes = Import(world, cli::PlanPostcodes(texts[1], kTrafford), world.stubs().providers,
                                &ProvidersService::Stub::ImportPostcodes, "postcodes");
  if (!postcodes.ok()) return postcodes.status();
  const auto areas = Import(world, cli::PlanAreas(texts[2], kTrafford), world.stubs().providers,
                            &ProvidersService::Stub::ImportAreas, "areas");
  if (!areas.ok()) return areas.status();
  out << "  Trafford (E08000009): " << *postcodes << " postcodes in " << *areas << " small areas\n";
  auto organisations = cli::PlanOrganisations(texts[3], kTrafford);
  if (!organisations.ok()) return organisations.status();
  for (const auto& item : organisations->items) {
    registers.organisations.push_back(
        {item.request.source(), item.request.name(), item.request.activities(), item.request.postcode()});
  }
  const auto known = ImportKnown(world, std::move(organisations), "organisations", town);
  if (!known.ok()) return known.status();
  const auto homes = ImportKnown(world, cli::PlanCareHomes(texts[4], kTrafford), "care homes", town);
  if (!homes.ok()) return homes.status();
  out << "  " << *known << " community organisations, known and unclaimed; " << *homes
      << " care homes, known and not bookable\n";
  absl::StatusOr<Places> places = Places::Of(texts[1], texts[2]);
  if (!places.ok()) return places.status();
  registers.places = *std::move(places);
  return registers;
}

}  // namespace regard::demo
