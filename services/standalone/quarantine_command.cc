#include "services/standalone/quarantine_command.h"

#include "absl/strings/str_split.h"
#include "libs/app/data_folder.h"
#include "libs/app/operations_api.h"
#include "libs/base/clock.h"
#include "services/standalone/print.h"
#include "services/standalone/quarantine_folder.h"

namespace regard::standalone {

void QuarantineFlags::AddTo(app::Flags& flags) {
  flags.Add("quarantine", &action, "list, set-aside or take-back facts of the stopped data folder, and end");
  flags.Add("quarantine-place", &place, "TOPIC/PARTITION/POSITION/FACT, as a halt prints it");
  flags.Add("quarantine-readers", &readers, "views and reactors, with commas; or all that are not past the place");
  flags.Add("quarantine-by", &by, "who says so");
  flags.Add("quarantine-why", &why, "why; never about a person");
}

absl::Status RunQuarantine(const QuarantineFlags& flags, const std::string& data_path) {
  const absl::StatusOr<app::DataFolder> folder = app::DataFolder::OpenExisting(data_path);
  if (!folder.ok()) return folder.status();
  if (flags.action != "list") {
    if (flags.action != "set-aside" && flags.action != "take-back") {
      return absl::InvalidArgumentError("--quarantine is list, set-aside or take-back");
    }
    const absl::StatusOr<es::FactPlace> place = es::ReadFactPlace(flags.place);
    if (!place.ok()) return place.status();
    if (flags.readers.empty()) return absl::InvalidArgumentError("--quarantine-readers is missing");
    QuarantineOrder order;
    order.place = *place;
    if (flags.readers != "all") order.readers = absl::StrSplit(flags.readers, ',', absl::SkipEmpty());
    order.take_back = flags.action == "take-back";
    order.by = flags.by;
    order.why = flags.why;
    const absl::Status obeyed = ObeyQuarantineOrder(folder->path(), order, SystemClock());
    if (!obeyed.ok()) return obeyed;
  }
  const absl::StatusOr<es::Quarantine> quarantine = ReadQuarantine(folder->path());
  if (!quarantine.ok()) return quarantine.status();
  operations::v1::ListQuarantineResponse response;
  app::FillQuarantine(*quarantine, false, *response.mutable_facts());
  return PrintJson(response);
}

}  // namespace regard::standalone
