#include "services/bookings/reactors/on_providers.h"

#include <memory>
#include <string>
#include <utility>

#include "libs/es/domain.h"
#include "regard/bookings/internal/v1/commands.pb.h"
#include "regard/providers/v1/facts.pb.h"

namespace regard::bookings {

absl::StatusOr<std::vector<es::Reaction>> OnProviders::React(const es::FactEvent& event) {
  using providers::v1::ProviderFact;
  std::vector<es::Reaction> reactions;
  if (es::KindOf(event.logged.stream()) != "provider") return reactions;
  const auto& fact = event.As<ProviderFact>();
  std::string reason;
  std::string subject_id;
  if (fact.has_credential_lapsed()) {
    reason = "CREDENTIAL_LAPSED";
    subject_id = fact.credential_lapsed().credential_id();
  } else if (fact.has_credential_revoked()) {
    reason = "CREDENTIAL_REVOKED";
    subject_id = fact.credential_revoked().credential_id();
  } else if (fact.has_closed()) {
    reason = "PROVIDER_CLOSED";
  } else {
    return reactions;
  }
  auto command = std::make_unique<internal::v1::BookingsCommand>();
  command->set_provider_id(std::string(es::IdOf(event.logged.stream())));
  command->mutable_ask_decisions()->set_reason(reason);
  command->mutable_ask_decisions()->set_subject_id(subject_id);
  std::string routing_key = command->provider_id();
  reactions.push_back({std::move(routing_key), std::move(command)});
  return reactions;
}

}  // namespace regard::bookings
