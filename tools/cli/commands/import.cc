// regard import: what public registers know, from CSV files.
#include <CLI/CLI.hpp>

#include <unistd.h>

#include <fstream>
#include <memory>
#include <mutex>
#include <sstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "google/protobuf/struct.pb.h"
#include "regard/budgets/v1/budgets_service.grpc.pb.h"
#include "regard/providers/v1/providers_service.grpc.pb.h"
#include "tools/cli/import/councils.h"
#include "tools/cli/import/plan.h"
#include "tools/cli/import/run.h"
#include "tools/cli/program.h"

namespace regard::cli {
namespace {

using budgets::v1::BudgetsService;
using providers::v1::ProvidersService;

struct ImportOptions {
  std::string file;
  std::string council;
  int price_year = 0;
  std::string source;
};

absl::StatusOr<std::string> ReadAll(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (!file || !(text << file.rdbuf())) return absl::InvalidArgumentError(absl::StrCat(path, " cannot be read"));
  return text.str();
}

void AnswerReport(Program& program, const ImportReport& report) {
  google::protobuf::Struct json;
  auto& fields = *json.mutable_fields();
  fields["rows_taken"].set_number_value(report.rows_taken);
  fields["rows_refused"].set_number_value(report.rows_refused);
  auto& problems = *fields["problems"].mutable_list_value();
  for (const RowProblem& problem : report.problems) {
    auto& entry = *problems.add_values()->mutable_struct_value()->mutable_fields();
    entry["line"].set_number_value(problem.line);
    entry["reason"].set_string_value(problem.reason);
  }
  program.Answer(json, [&](std::ostream& out) {
    for (const RowProblem& problem : report.problems) out << "line " << problem.line << ": " << problem.reason << '\n';
    out << report.rows_taken << " rows taken, " << report.rows_refused << " refused\n";
  });
}

template <class Service, class Request, class Response>
absl::Status Import(Program& program, const std::string& what, absl::StatusOr<ImportPlan<Request>> plan,
                    grpc::Status (Service::Stub::*method)(grpc::ClientContext*, const Request&, Response*)) {
  if (!plan.ok()) return plan.status();
  if (!program.flags().request_id.empty()) {
    return absl::InvalidArgumentError("an import has many request ids; importing again is safe without");
  }
  const absl::StatusOr<const Connection*> connection = program.Connect();
  if (!connection.ok()) return connection.status();
  // The first id asks the server's time, so that it is known whether there is one.
  if (const auto id = program.NewRequestId(); !id.ok()) return id.status();
  int rows = 0;
  for (const auto& item : plan->items) rows += item.rows;
  Progress progress(program.err(), isatty(STDERR_FILENO) != 0, what, rows);
  const std::unique_ptr<typename Service::Stub> stub = (*connection)->To<Service>();
  const std::string token = program.token();
  const ImportReport report = RunImport<Request>(
      *std::move(plan), [&program] { return program.NewRequestId().value_or(""); },
      [&](const Request& request) {
        Response response;
        return (*connection)->Call(*stub, method, token, request, response);
      },
      progress);
  program.ForgetRequestId();
  if (!report.stopped.ok()) {
    program.err() << "stopped after " << report.rows_taken << " of " << rows << " rows; importing again is safe\n";
    return report.stopped;
  }
  AnswerReport(program, report);
  return report.rows_taken == 0 && report.rows_refused > 0 ? absl::FailedPreconditionError("no row was taken")
                                                            : absl::OkStatus();
}

// An import under `import`; `run` gets the file's text.
void AddImport(Program& program, CLI::App& parent, const std::string& name, const std::string& description,
               const std::string& example, const std::shared_ptr<ImportOptions>& options, bool of_one_council,
               std::function<absl::Status(const std::string& text)> run) {
  CLI::App& command = program.Add(parent, name, description, example, [options, run = std::move(run)]() -> absl::Status {
    const absl::StatusOr<std::string> text = ReadAll(options->file);
    return text.ok() ? run(*text) : text.status();
  });
  command.add_option("file", options->file, "CSV with a header line")->required()->check(CLI::ExistingFile);
  if (of_one_council) {
    command.add_option("--council", options->council, "ONS code of the council it is about")
        ->required()
        ->check([](const std::string& text) { return IsCouncilCode(text) ? "" : "an ONS code such as E08000009"; });
  } else {
    command.add_option("--price-year", options->price_year, "The year whose prices the amounts are in")->required();
    command.add_option("--source", options->source, "Where they come from, e.g. DEMOS_2008")->required();
  }
}

}  // namespace

void AddImportCommands(Program& program) {
  CLI::App& import = program.Add(
      program.app(), "import", "Load what public registers know, as an operator",
      "  regard import postcodes data/trafford/postcodes.csv --council E08000009\n"
      "A bad row is told with its line and reason and does not stop the rest. Importing twice changes nothing.",
      nullptr);
  auto options = std::make_shared<ImportOptions>();
  AddImport(program, import, "postcodes", "Postcodes with their points, wards and small areas",
            "  regard import postcodes data/trafford/postcodes.csv --council E08000009", options, true,
            [&program, options](const std::string& text) {
              return Import<ProvidersService>(program, "postcodes", PlanPostcodes(text, options->council),
                            &ProvidersService::Stub::ImportPostcodes);
            });
  AddImport(program, import, "areas", "Small areas with their residents",
            "  regard import areas data/trafford/areas_2021.csv --council E08000009", options, true,
            [&program, options](const std::string& text) {
              return Import<ProvidersService>(program, "areas", PlanAreas(text, options->council), &ProvidersService::Stub::ImportAreas);
            });
  AddImport(program, import, "organisations", "Community organisations, as known and unclaimed providers",
            "  regard import organisations data/trafford/community_organisations.csv --council E08000009", options, true,
            [&program, options](const std::string& text) {
              return Import<ProvidersService>(program, "organisations", PlanOrganisations(text, options->council),
                            &ProvidersService::Stub::ImportKnownProvider);
            });
  AddImport(program, import, "care-homes", "Care homes, known and never bookable",
            "  regard import care-homes data/trafford/care_homes.csv --council E08000009", options, true,
            [&program, options](const std::string& text) {
              return Import<ProvidersService>(program, "care-homes", PlanCareHomes(text, options->council),
                            &ProvidersService::Stub::ImportKnownProvider);
            });
  AddImport(program, import, "costs", "What packages of support cost councils in a year",
            "  regard import costs data/care_costs_2008.csv --price-year 2008 --source DEMOS_2008", options, false,
            [&program, options](const std::string& text) {
              return Import<BudgetsService>(program, "costs", PlanCosts(text, options->price_year, options->source),
                            &BudgetsService::Stub::RecordPackageCost);
            });
}

}  // namespace regard::cli
