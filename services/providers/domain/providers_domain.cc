#include "services/providers/domain/providers_domain.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "regard/providers/internal/v1/commands.pb.h"
#include "services/providers/domain/credential.h"
#include "services/providers/domain/listing.h"
#include "services/providers/domain/place.h"
#include "services/providers/domain/provider.h"

namespace regard::providers {
namespace {

using internal::v1::ProvidersCommand;
using internal::v1::ProviderState;

class Rulebook final : public es::Domain {
 public:
  absl::string_view topic() const override { return "providers"; }
  uint32_t fold_version() const override { return 1; }
  absl::Span<const es::Aggregate> aggregates() const override { return aggregates_; }

  std::vector<std::string> StreamsOf(const google::protobuf::Message& message) const override {
    return {StreamOf(static_cast<const ProvidersCommand&>(message))};
  }

  es::Decision Decide(const es::States& states, const google::protobuf::Message& message,
                      const es::CommandContext& context) const override {
    const auto& command = static_cast<const ProvidersCommand&>(message);
    const std::string stream = StreamOf(command);
    if (!command.place_key().empty()) {
      return DecidePlace(states.Get<internal::v1::PlaceState>(stream), stream, command, context);
    }
    return DecideProvider(states.Get<ProviderState>(stream), command, context);
  }

  es::Decision DecideDue(const es::States& states, absl::string_view stream,
                         const es::CommandContext& context) const override {
    return Lapse(states.Get<ProviderState>(stream), context);
  }

 private:
  static std::string StreamOf(const ProvidersCommand& command) {
    return command.place_key().empty() ? ProviderStream(command.provider_id())
                                       : absl::StrCat("place/", command.place_key());
  }

  static es::Decision DecidePlace(const internal::v1::PlaceState& place, const std::string& stream,
                                  const ProvidersCommand& command, const es::CommandContext& context) {
    if (command.has_import_postcodes()) return On(place, stream, command.import_postcodes(), context);
    return On(place, stream, command.import_areas(), context);
  }

  static es::Decision DecideProvider(const ProviderState& provider, const ProvidersCommand& command,
                                     const es::CommandContext& context) {
    switch (command.command_case()) {
      case ProvidersCommand::kImportKnown: return On(provider, command.import_known(), context);
      case ProvidersCommand::kRegister: return On(provider, command.provider_id(), command.register_(), context);
      case ProvidersCommand::kRequestClaim: return On(provider, command.request_claim(), context);
      case ProvidersCommand::kApproveClaim: return On(provider, command.approve_claim(), context);
      case ProvidersCommand::kRecordCredential: return On(provider, command.record_credential(), context);
      case ProvidersCommand::kVerifyCredential: return On(provider, command.verify_credential(), context);
      case ProvidersCommand::kRevokeCredential: return On(provider, command.revoke_credential(), context);
      case ProvidersCommand::kSetPayoutDetails: return On(provider, command.set_payout_details(), context);
      case ProvidersCommand::kClose: return On(provider, command.close(), context);
      case ProvidersCommand::kDraftListing: return On(provider, command.draft_listing(), context);
      case ProvidersCommand::kDescribeListing: return On(provider, command.describe_listing(), context);
      case ProvidersCommand::kSetListingPrice: return On(provider, command.set_listing_price(), context);
      case ProvidersCommand::kPublishListing: return On(provider, command.publish_listing(), context);
      case ProvidersCommand::kPauseListing: return On(provider, command.pause_listing(), context);
      case ProvidersCommand::kResumeListing: return On(provider, command.resume_listing(), context);
      case ProvidersCommand::kCloseListing: return On(provider, command.close_listing(), context);
      case ProvidersCommand::kImportPostcodes:
      case ProvidersCommand::kImportAreas:
      case ProvidersCommand::COMMAND_NOT_SET:
        return es::Decision::Refused(Invalid("command", "COMMAND_UNKNOWN"));
    }
    return es::Decision::Nothing();
  }

  const std::vector<es::Aggregate> aggregates_ = {
      es::AggregateOf<ProviderState, v1::ProviderFact, EvolveProvider, NextLapse>("provider"),
      es::AggregateOf<internal::v1::PlaceState, v1::PlaceFact, EvolvePlace>("place"),
  };
};

}  // namespace

const es::Domain& ProvidersDomain() {
  static const Rulebook* const rulebook = new Rulebook();
  return *rulebook;
}

}  // namespace regard::providers
