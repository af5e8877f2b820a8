#include "services/feedback/service.h"

#include "libs/acting/grants_view.h"
#include "services/feedback/api/feedback_api.h"
#include "services/feedback/domain/feedback_domain.h"
#include "services/feedback/views/concerns_view.h"
#include "services/feedback/views/conversations_view.h"
#include "services/feedback/views/relations_view.h"

namespace regard::feedback {
namespace {

struct Service final : hosting::Hosted {
  explicit Service(const hosting::Surroundings& around)
      : queries(around.host.gate(), around.host.timer()),
        commands(around.host.runtime("feedback"), around.host.gate(), around.digester, around.clock,
                 around.forwarder),
        rows{around.host.reader(ConversationsView::kName), around.host.reader(ConcernsView::kName),
             around.host.reader(RelationsView::kName), around.host.reader(kGrantsViewName)},
        door(around.shell, commands, queries, rows, around.opener, around.clock) {}
  rpc::Service& api() override { return door; }

  rpc::QueryDoor queries;
  rpc::CommandDoor commands;
  FeedbackApi::Views rows;
  FeedbackApi door;
};

class Module final : public hosting::Module {
 public:
  absl::string_view name() const override { return "feedback"; }
  const es::Domain* domain() const override { return &FeedbackDomain(); }
  std::vector<std::unique_ptr<es::View>> MakeViews() const override {
    std::vector<std::unique_ptr<es::View>> views;
    views.push_back(std::make_unique<ConversationsView>());
    views.push_back(std::make_unique<ConcernsView>());
    views.push_back(std::make_unique<RelationsView>());
    views.push_back(std::make_unique<acting::GrantsView>(std::string(kGrantsViewName)));
    return views;
  }
  std::unique_ptr<hosting::Hosted> Assemble(const hosting::Surroundings& around,
                                            const std::vector<std::unique_ptr<es::View>>&) const override {
    return std::make_unique<Service>(around);
  }
};

}  // namespace

const hosting::Module& FeedbackService() {
  static const Module kModule;
  return kModule;
}

}  // namespace regard::feedback
