// regard shape, exit, costs: what a council can see of its market.
#include <CLI/CLI.hpp>

#include <memory>
#include <string>

#include "regard/market/v1/market_service.grpc.pb.h"
#include "tools/cli/options.h"
#include "tools/cli/program.h"
#include "tools/cli/show_market.h"

namespace regard::cli {
namespace {

using market::v1::MarketService;

struct MarketOptions {
  std::string council;
  std::string first;
  std::string last;
  std::string provider;
  std::string within = "3km";
  int worst_areas = 5;
  int price_year = 0;
  bool synthetic = false;
};

absl::Status ReadWindowOf(const MarketOptions& options, market::v1::Window& window) {
  const absl::StatusOr<base::v1::Date> first = ReadDate(options.first);
  if (!first.ok()) return first.status();
  const absl::StatusOr<base::v1::Date> last = ReadDate(options.last);
  if (!last.ok()) return last.status();
  *window.mutable_first() = *first;
  *window.mutable_last() = *last;
  return absl::OkStatus();
}

absl::Status Shape(Program& program, const MarketOptions& options) {
  market::v1::GetShapeRequest request;
  request.set_tenant(options.council);
  if (!options.first.empty()) {
    if (const auto read = ReadWindowOf(options, *request.mutable_window()); !read.ok()) return read;
  }
  request.set_worst_areas(options.worst_areas);
  market::v1::GetShapeResponse response;
  const absl::Status status = program.Call<MarketService>(&MarketService::Stub::GetShape, request, response);
  if (!status.ok()) return status;
  program.Answer(response, [&](std::ostream& out) { ShowShape(response, out); });
  return absl::OkStatus();
}

absl::Status Exit(Program& program, const MarketOptions& options) {
  market::v1::GetProviderExitRequest request;
  request.set_tenant(options.council);
  request.set_provider_id(options.provider);
  const absl::StatusOr<int32_t> within = ReadMetres(options.within);
  if (!within.ok()) return within.status();
  request.set_within_m(*within);
  market::v1::GetProviderExitResponse response;
  const absl::Status status = program.Call<MarketService>(&MarketService::Stub::GetProviderExit, request, response);
  if (!status.ok()) return status;
  program.Answer(response, [&](std::ostream& out) { ShowExit(response, out); });
  return absl::OkStatus();
}

absl::Status Costs(Program& program, const MarketOptions& options) {
  market::v1::GetCostsRequest request;
  request.set_tenant(options.council);
  request.set_price_year(options.price_year);
  request.set_include_synthetic(options.synthetic);
  market::v1::GetCostsResponse response;
  const absl::Status status = program.Call<MarketService>(&MarketService::Stub::GetCosts, request, response);
  if (!status.ok()) return status;
  program.Answer(response, [&](std::ostream& out) { ShowCosts(response, out); });
  return absl::OkStatus();
}

}  // namespace

void AddMarketCommands(Program& program) {
  auto options = std::make_shared<MarketOptions>();
  CLI::App& shape = program.Add(program.app(), "shape", "The shape of a council's local market",
                                "  regard shape --council E08000009\n"
                                "  regard shape --council E08000009 --from 2026-01-05 --to 2026-04-05 --json",
                                [&program, options] { return Shape(program, *options); });
  shape.add_option("--council", options->council, "ONS code")->required();
  CLI::Option* const first = shape.add_option("--from", options->first, "First day, e.g. 2026-01-05");
  CLI::Option* const last = shape.add_option("--to", options->last, "Last day");
  first->needs(last);
  last->needs(first);
  shape.add_option("--worst-areas", options->worst_areas, "How many")->capture_default_str();

  CLI::App& exit = program.Add(program.app(), "exit", "What it would mean if a provider closed tomorrow",
                               "  regard exit --council E08000009\n  regard exit --council E08000009 --provider ID",
                               [&program, options] { return Exit(program, *options); });
  exit.add_option("--council", options->council, "ONS code")->required();
  exit.add_option("--provider", options->provider, "Provider id; otherwise the largest");
  exit.add_option("--within", options->within, "How far a replacement may be")->capture_default_str();

  CLI::App& costs = program.Add(program.app(), "costs", "What support costs by arrangement",
                                "  regard costs --price-year 2008", [&program, options] { return Costs(program, *options); });
  costs.add_option("--council", options->council, "ONS code; otherwise all that may be seen");
  costs.add_option("--price-year", options->price_year, "Only this year's prices");
  costs.add_flag("--synthetic", options->synthetic, "Made-up budgets, too");
}

}  // namespace regard::cli
