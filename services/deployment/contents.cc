#include "services/deployment/contents.h"

#include <utility>

#include "services/deployment/domains.h"
#include "services/deployment/report.h"
#include "services/deployment/verify_folder.h"

namespace regard::deployment {

app::Contents ContentsOf(std::vector<const hosting::Module*> modules) {
  app::Contents contents;
  contents.stored = Domains();
  contents.verify = [modules](const std::string& copy,
                              const LogOf* logs) -> absl::StatusOr<operations::v1::VerifyLogResponse> {
    const absl::StatusOr<FolderReport> report =
        logs == nullptr ? VerifyFolder(copy, modules) : VerifyFolder(copy, modules, *logs);
    if (!report.ok()) return report.status();
    return AsResponse(*report);
  };
  contents.modules = std::move(modules);
  return contents;
}

}  // namespace regard::deployment
