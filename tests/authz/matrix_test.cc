// Every RPC of a running server against every role and against other people's objects. A role that the proto does not list
// is denied; what is not the caller's is not there for them. An RPC that appears in neither table fails.
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "regard/options/v1/options.pb.h"
#include "tests/e2e/side.h"
#include "tests/e2e/world.h"

namespace regard::e2e {
namespace {

using google::protobuf::MethodDescriptor;
using google::protobuf::ServiceDescriptor;

const std::vector<std::string> kRoles = {"person",       "acting_for",   "provider", "practitioner",
                                         "commissioner", "partner", "operator", "instance"};
// Served only where instances share a log; libs/peers has a test of its own that it is for instances alone.
constexpr char kBetweenInstances[] = "regard/cluster/internal/v1/instances_service.proto";

std::string NameOf(const MethodDescriptor& method) { return absl::StrCat(method.service()->name(), ".", method.name()); }

std::vector<const MethodDescriptor*> Methods() {
  std::vector<const MethodDescriptor*> methods;
  for (const ServiceDescriptor* service : Services()) {
    for (int i = 0; i < service->method_count(); ++i) methods.push_back(service->method(i));
  }
  return methods;
}

const options::v1::Access& AccessOf(const MethodDescriptor& method) {
  return method.options().GetExtension(options::v1::access);
}

// "person" of ROLE_PERSON.
std::set<std::string> RolesOf(const MethodDescriptor& method) {
  std::set<std::string> roles;
  for (const int role : AccessOf(method).roles()) {
    roles.insert(absl::AsciiStrToLower(options::v1::Role_Name(static_cast<options::v1::Role>(role)).substr(5)));
  }
  return roles;
}

// One running server for all, with two sides in two councils, and in each a booking, a conversation and a concern.
class Matrix : public ::testing::Test {
 protected:
  struct Objects {
    Side side;
    std::map<std::string, std::string> names;
  };
  static void SetUpTestSuite() {
    world_ = new World(absl::FromCivil(absl::CivilHour(2026, 6, 1, 8), absl::UTCTimeZone()));
    mine_ = new Objects(Make("a", kTrafford));
    theirs_ = new Objects(Make("b", kTameside));
  }
  static void TearDownTestSuite() {
    delete mine_;
    delete theirs_;
    delete world_;
  }

  static Objects Make(const std::string& name, const std::string& tenant) {
    Objects made;
    Side& side = made.side = MakeSide(*world_, name, tenant);
    const std::string scopes = "scopes: [SCOPE_SEE, SCOPE_PLAN, SCOPE_BOOK, SCOPE_PAY, SCOPE_CONFIRM] ";
    side.grant_id = world_
                        ->Do("BudgetsService.GrantActing", side.person,
                             absl::StrCat("person_id: '", side.person.subject, "' helper_id: '", side.helper.subject,
                                          "' basis: ACTING_BASIS_FAMILY_HELPER ", scopes))
                        .Text("grant_id");
    world_->Do("BudgetsService.GrantActing", side.person,
               absl::StrCat("person_id: '", side.person.subject, "' helper_id: '", side.app.subject,
                            "' basis: ACTING_BASIS_PARTNER_APP ", scopes));
    const absl::Time start = absl::FromCivil(absl::CivilHour(2026, 6, 4, 10), absl::UTCTimeZone());
    const Answer booked = world_->Do("BookingsService.RequestBooking", side.person, BookingText(side, start));
    const std::string booking_id = booked.Text("booking_id");
    // Waits until feedback knows the booking, and budgets' answer is there.
    world_->Advance(absl::Seconds(1));
    const std::string conversation_id =
        world_
            ->Do("FeedbackService.StartConversation", side.person,
                 absl::StrCat("booking_id: '", booking_id, "' words { what_happened: 'We planted beans' }"))
            .Text("conversation_id");
    const std::string concern_id =
        world_->Do("FeedbackService.RaiseConcern", side.person, "what: 'I was left alone'").Text("concern_id");
    const std::string hold_id =
        world_->Do("BudgetsService.PlaceHold", side.person, absl::StrCat(side.budget(), HoldText(side))).Text("hold_id");
    world_->Advance(absl::Seconds(1));
    made.names = {{"{tenant}", tenant},
                  {"{person}", side.person.subject},
                  {"{budget}", side.budget()},
                  {"{provider}", side.provider()},
                  {"{listing}", side.listing()},
                  {"{booking}", absl::StrCat(side.provider(), "booking_id: '", booking_id, "' ")},
                  {"{booking_id}", booking_id},
                  {"{conversation}", absl::StrCat("conversation_id: '", conversation_id, "' ")},
                  {"{concern}", absl::StrCat("concern_id: '", concern_id, "' ")},
                  {"{hold}", absl::StrCat("hold_id: '", hold_id, "' ")},
                  {"{new_hold}", HoldText(side)},
                  {"{credential}", absl::StrCat("credential_id: '", side.insurance_id, "' ")},
                  {"{grant}", absl::StrCat("grant_id: '", side.grant_id, "' ")},
                  {"{terms}", TermsText(side)},
                  {"{request}", BookingText(side, start + absl::Hours(24))},
                  {"{delivered}", IntervalText("delivered", start)},
                  {"{until}", DateText("until", start + absl::Hours(240))}};
    return made;
  }
  static std::string HoldText(const Side& side) {
    return absl::StrCat("amount { pence: 100 } ", side.provider(), "category: 'regard:gardening' ",
                        DateText("effective", world_->now() + absl::Hours(24)));
  }
  static const Caller& CallerOf(const Side& side, const std::string& role) {
    if (role == "person") return side.person;
    if (role == "acting_for") return side.helper;
    if (role == "partner") return side.app;
    if (role == "provider") return side.owner;
    if (role == "practitioner") return side.practitioner;
    return side.commissioner;
  }

  template <class AnyRow>
  static std::string RequestBy(const std::string& role, const AnyRow& row) {
    std::map<std::string, std::string> names = mine_->names;
    const bool for_another = role == "acting_for" || role == "partner";
    names["{for}"] = for_another ? absl::StrCat("person_id: '", mine_->side.person.subject, "'") : "";
    return absl::StrReplaceAll(row.request, names);
  }

  static World* world_;
  static Objects* mine_;
  static Objects* theirs_;
};

World* Matrix::world_ = nullptr;
Matrix::Objects* Matrix::mine_ = nullptr;
Matrix::Objects* Matrix::theirs_ = nullptr;

TEST_F(Matrix, EveryRpcSaysWhoMayCallIt) {
  for (const MethodDescriptor* method : Methods()) {
    ASSERT_TRUE(method->options().HasExtension(options::v1::access)) << NameOf(*method);
    EXPECT_TRUE(AccessOf(*method).open() || AccessOf(*method).roles_size() > 0) << NameOf(*method);
  }
}

TEST_F(Matrix, EveryServiceIsKnownHere) {
  std::set<std::string> known;
  for (const ServiceDescriptor* service : Services()) known.insert(service->file()->name());
  const std::filesystem::path root = REGARD_SOURCE_DIR "/proto";
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root / "regard")) {
    const std::string name = std::filesystem::relative(entry.path(), root).string();
    if (absl::EndsWith(name, "_service.proto") && name != kBetweenInstances) {
      EXPECT_EQ(known.count(name), 1u) << name;
    }
  }
}

TEST_F(Matrix, OnlyListedRolesGetIn) {
  for (const MethodDescriptor* method : Methods()) {
    const std::set<std::string> roles = RolesOf(*method);
    for (const std::string& role : kRoles) {
      SCOPED_TRACE(absl::StrCat(NameOf(*method), " by ", role));
      const Answer answer = world_->Call(NameOf(*method), {"nobody-" + role, role, "E99999999"}, "");
      const bool listed = AccessOf(*method).open() || roles.count(role) == 1;
      EXPECT_EQ(answer.status.error_code() == grpc::StatusCode::PERMISSION_DENIED, !listed) << answer.reason;
      EXPECT_NE(answer.status.error_code(), grpc::StatusCode::UNIMPLEMENTED);
      EXPECT_NE(answer.status.error_code(), grpc::StatusCode::UNAUTHENTICATED);
      EXPECT_NE(answer.status.error_code(), grpc::StatusCode::INTERNAL) << answer.reason;
    }
    const Answer nobody = world_->Call(NameOf(*method), {"", "", ""}, "");
    EXPECT_EQ(nobody.status.error_code() == grpc::StatusCode::UNAUTHENTICATED, !AccessOf(*method).open())
        << NameOf(*method) << " without a token: " << nobody.reason;
  }
}

struct Row {
  std::string method;
  // Who of the object's own side may; the other roles that the RPC lists have nothing to do with this object.
  std::string own;
  // {for} names the person where the caller acts for one.
  std::string request;
  // Roles of another side that are let in, see why.
  std::string open_to = "";
  std::string why = "";
};

// In an order in which the own calls can follow each other: what ends an object comes last.
const std::vector<Row>& Rows() {
  static const auto* const rows = new std::vector<Row>{
      {"BudgetsService.GetBalance", "person,acting_for,partner,practitioner", "{budget}"},
      {"BudgetsService.GetStatement", "person,acting_for,partner,practitioner", "{budget}"},
      {"BudgetsService.GetOutlook", "person,acting_for,partner,practitioner", "{budget}"},
      {"BudgetsService.ListBudgets", "person,acting_for,partner,practitioner", "person_id: '{person}'"},
      {"BudgetsService.ListPayoutsDue", "provider,practitioner,commissioner", "{provider}"},
      {"BudgetsService.ListPackageCosts", "practitioner,commissioner", "tenant: '{tenant}'"},
      {"BudgetsService.RecordPackageCost", "practitioner,commissioner",
       "tenant: '{tenant}' record_id: 'r1' arrangement: ARRANGEMENT_TRADITIONAL annual_cost { pence: 100000 } "
       "price_year: 2026"},
      {"BudgetsService.AllocateMoney", "practitioner",
       "{budget} line_id: 'support' amount { pence: 100 } reason: 'ONE_OFF_GRANT'"},
      {"BudgetsService.RecordContribution", "practitioner", "{budget} line_id: 'support' amount { pence: 100 }"},
      {"BudgetsService.AdjustBudget", "practitioner",
       "{budget} line_id: 'support' change { pence: 100 } reason: 'REVIEW'"},
      {"BudgetsService.AllowException", "practitioner",
       "{budget} kind: EXCEPTION_KIND_PRICE {provider} decision_reference: 'D-1' {until}"},
      {"BudgetsService.PlaceHold", "person,acting_for,partner,practitioner", "{budget} {new_hold}"},
      {"BudgetsService.PostHold", "person,acting_for,partner,practitioner", "{budget} {hold} amount { pence: 50 }"},
      {"BudgetsService.VoidHold", "person,acting_for,partner,practitioner", "{budget} {hold}"},
      {"BudgetsService.RefundPosting", "practitioner", "{budget} {hold} amount { pence: 10 } reason: 'PAID_TWICE'"},
      {"BudgetsService.GrantActing", "person,practitioner",
       "{budget} helper_id: 'new-helper' basis: ACTING_BASIS_FAMILY_HELPER scopes: SCOPE_SEE"},

      {"BookingsService.RequestBooking", "person,acting_for,partner,practitioner", "{request}"},
      {"BookingsService.GetBooking", "person,acting_for,partner,provider,practitioner", "{booking}"},
      {"BookingsService.ListBookings", "person,acting_for,partner,practitioner", "person_id: '{person}'"},
      {"BookingsService.GetDiary", "provider", "{provider}"},
      {"BookingsService.GetContinuity", "person,acting_for,partner", "{provider} person_id: '{person}'"},
      {"BookingsService.NoteUnmetNeed", "person,acting_for,partner,practitioner",
       "person_id: '{person}' category: 'regard:gardening' reason: 'NOTHING_FOUND' booking_id: '{booking_id}'"},
      {"BookingsService.AcceptBooking", "provider", "{booking}"},
      {"BookingsService.DeclineBooking", "provider", "{booking} reason: 'FULL'"},
      {"BookingsService.RecordVisit", "provider", "{booking} {delivered}"},
      {"BookingsService.ConfirmVisit", "person,acting_for", "{booking} on_behalf_of: '{person}'"},
      {"BookingsService.RecordNoShow", "person,acting_for,partner,practitioner",
       "{booking} absent: NO_SHOW_PARTY_PROVIDER on_behalf_of: '{person}'"},
      {"BookingsService.DisputeVisit", "person,acting_for,partner,practitioner",
       "{booking} reason: 'TOO_SHORT' on_behalf_of: '{person}'"},
      {"BookingsService.ResolveDispute", "person,acting_for,practitioner",
       "{booking} pay { pence: 100 } reason: 'AGREED' on_behalf_of: '{person}'"},
      {"BookingsService.TakeDecision", "person,acting_for,partner,practitioner",
       "{booking} choice: DECISION_CHOICE_GO_ON on_behalf_of: '{person}'"},
      {"BookingsService.CancelBooking", "person,acting_for,partner,provider,practitioner",
       "{booking} reason: 'CHANGED_MIND' on_behalf_of: '{person}'"},

      {"FeedbackService.StartConversation", "person,acting_for,partner,provider",
       "booking_id: '{booking_id}' {for} words { what_happened: 'x' }"},
      {"FeedbackService.Say", "person,acting_for,partner,provider",
       "{conversation} {for} words { what_happened: 'x' }"},
      {"FeedbackService.Answer", "person,acting_for,partner,provider",
       "{conversation} {for} answer: 'x'"},
      {"FeedbackService.AgreeChange", "person,acting_for,partner,provider",
       "{conversation} {for} what: 'x'"},
      {"FeedbackService.ConsentToPublish", "person,provider", "{conversation}"},
      {"FeedbackService.WithdrawConsent", "person,acting_for,partner,provider",
       "{conversation} {for}"},
      {"FeedbackService.GetConversation", "person,acting_for,partner,provider", "{conversation}"},
      {"FeedbackService.ListConversations", "person,acting_for,partner,provider", "{for}"},
      {"FeedbackService.TakeConcern", "practitioner", "{concern}"},
      {"FeedbackService.CloseConcern", "practitioner", "{concern} outcome: 'safe now'"},
      {"FeedbackService.ListConcerns", "practitioner", ""},

      {"ProvidersService.RecordCredential", "provider",
       "{provider} kind: CREDENTIAL_KIND_REFERENCES reference: 'two letters'"},
      {"ProvidersService.VerifyCredential", "practitioner,commissioner", "{provider} {credential}"},
      {"ProvidersService.SetPayoutDetails", "provider",
       "{provider} details { account_name: 'R' sort_code: '010203' account_number: '12345678' }"},
      {"ProvidersService.DraftListing", "provider",
       "{provider} {terms} price { amount { pence: 2000 } unit: PRICE_UNIT_HOUR }"},
      {"ProvidersService.DescribeListing", "provider", "{listing} {terms}"},
      {"ProvidersService.SetListingPrice", "provider",
       "{listing} price { amount { pence: 2000 } unit: PRICE_UNIT_HOUR }"},
      {"ProvidersService.PauseListing", "provider", "{listing} reason: 'HOLIDAY'"},
      {"ProvidersService.ResumeListing", "provider", "{listing}"},
      {"ProvidersService.PublishListing", "provider", "{listing}"},
      {"ProvidersService.RevokeCredential", "practitioner,commissioner", "{provider} {credential} reason: 'MISTAKE'"},
      {"ProvidersService.CloseListing", "provider", "{listing} reason: 'SEASON'"},

      {"MarketService.GetShape", "practitioner,commissioner", "tenant: '{tenant}'"},
      {"MarketService.GetCosts", "practitioner,commissioner", "tenant: '{tenant}'"},
      {"MarketService.GetProviderExit", "practitioner,commissioner", "tenant: '{tenant}' {provider}"},

      {"BudgetsService.RevokeActing", "person", "{budget} {grant} reason: 'PERSON_ASKED'"},
      {"BudgetsService.CloseBudget", "practitioner", "{budget} reason: 'MOVED_AWAY'"},
      {"ProvidersService.CloseProvider", "provider,commissioner", "{provider} reason: 'RETIRED'"},
  };
  return *rows;
}

// RPCs without an object of somebody's, each with the reason.
const std::map<std::string, std::string>& WithoutObject() {
  static const auto* const without = new std::map<std::string, std::string>{
      {"BudgetsService.OpenBudget", "makes its object; a budget is how a person becomes a council's"},
      {"BudgetsService.ListGrants", "takes no id: always the caller's own"},
      {"ProvidersService.RegisterProvider", "makes its object"},
      {"ProvidersService.ClaimProvider", "of an unclaimed provider, which is nobody's"},
      {"ProvidersService.ApproveClaim", "of an unclaimed provider; the council's own is in the service's test"},
      {"ProvidersService.GetProvider", "advertised to everybody who is signed in"},
      {"ProvidersService.GetListing", "advertised to everybody who is signed in"},
      {"ProvidersService.ListProviders", "takes no id: the caller's own, or their council's"},
      {"ProvidersService.ImportKnownProvider", "operators only"},
      {"ProvidersService.ImportPostcodes", "operators only"},
      {"ProvidersService.ImportAreas", "operators only"},
      {"BookingsService.ListUnmetNeeds", "takes no id: always the caller's council"},
      {"FeedbackService.ListPublished", "published for everybody who is signed in"},
      {"FeedbackService.RaiseConcern", "anybody may raise one about anybody"},
      {"FeedbackService.MarkChangeDone", "needs a change that both sides agreed: in the service's test"},
  };
  return *without;
}

TEST_F(Matrix, EveryRpcIsInATable) {
  std::set<std::string> listed;
  for (const Row& row : Rows()) EXPECT_TRUE(listed.insert(row.method).second) << row.method;
  for (const auto& [method, why] : WithoutObject()) EXPECT_TRUE(listed.insert(method).second) << method;
  for (const MethodDescriptor* method : Methods()) {
    if (AccessOf(*method).open() || method->service()->name() == "OperationsService") continue;
    EXPECT_EQ(listed.erase(NameOf(*method)), 1u) << NameOf(*method) << " is in no table";
  }
  EXPECT_TRUE(listed.empty()) << *listed.begin() << " is no RPC";
}

// No field of an answer but page tokens holds anything: an empty list.
bool SaysNothing(const google::protobuf::Message& response) {
  std::vector<const google::protobuf::FieldDescriptor*> set;
  response.GetReflection()->ListFields(response, &set);
  return set.empty();
}

// Others first, so that they ask about what is there; then the own side, which must get beyond whose it is.
TEST_F(Matrix, WhatIsSomebodyElsesIsNotThere) {
  for (const Row& row : Rows()) {
    const MethodDescriptor* method = nullptr;
    for (const MethodDescriptor* candidate : Methods()) {
      if (NameOf(*candidate) == row.method) method = candidate;
    }
    ASSERT_NE(method, nullptr) << row.method;
    for (const std::string& role : RolesOf(*method)) {
      if (role == "operator" || role == row.open_to) continue;
      const std::string request = RequestBy(role, row);
      SCOPED_TRACE(absl::StrCat(row.method, " by another's ", role));
      const Answer answer = world_->Call(row.method, CallerOf(theirs_->side, role), request);
      const bool empty_list = answer.ok() && SaysNothing(*answer.response);
      const bool own_list = request.empty() && answer.ok() &&
                            answer.response->DebugString().find(mine_->side.person.subject) == std::string::npos;
      EXPECT_TRUE(answer.status.error_code() == grpc::StatusCode::NOT_FOUND || empty_list || own_list)
          << answer.status.error_code() << " " << answer.reason << " " << answer.response->DebugString();
    }
  }
  for (const Row& row : Rows()) {
    for (const std::string& role : std::vector<std::string>(absl::StrSplit(row.own, ','))) {
      const std::string request = RequestBy(role, row);
      SCOPED_TRACE(absl::StrCat(row.method, " by the own ", role));
      const Answer answer = world_->Call(row.method, CallerOf(mine_->side, role), request);
      EXPECT_TRUE(answer.ok() || answer.status.error_code() == grpc::StatusCode::FAILED_PRECONDITION)
          << answer.status.error_code() << " " << answer.reason << " " << answer.status.error_message();
    }
  }
  world_->ExpectVerifies();
}

// Worlds of their own, since they leave things behind.
class MoneyMatrix : public Matrix {};

TEST_F(MoneyMatrix, AnotherCouncilsPeopleAreNotBookedFor) {
  const Answer booked =
      world_->Call("BookingsService.RequestBooking", theirs_->side.practitioner, mine_->names.at("{request}"));
  EXPECT_EQ(booked.reason, "PERSON_NOT_FOUND");
}

// A budget makes a person a council's, and the council may then say who acts for them: for what is that council's.
TEST_F(MoneyMatrix, ACouncilThatOpensABudgetLearnsNothingOfAnothers) {
  const Side& side = mine_->side;
  const std::string person = absl::StrCat("person_id: '", side.person.subject, "' ");
  const std::string opened =
      world_->Do("BudgetsService.OpenBudget", theirs_->side.practitioner,
                 absl::StrCat(person, "funder: FUNDER_COUNCIL lines { line_id: 'x' holding: HOLDING_COUNCIL_MANAGED "
                                      "allocation { pence: 1 } } ",
                              DateText("period_start", world_->now()),
                              DateText("period_end", world_->now() + absl::Hours(24 * 300)), "source: 'SYNTHETIC'"))
          .Text("budget_id");
  world_->Do("BudgetsService.GrantActing", theirs_->side.practitioner,
             absl::StrCat(person, "budget_id: '", opened, "' helper_id: 'spy' basis: ACTING_BASIS_BROKER scopes: "
                                                          "[SCOPE_SEE, SCOPE_BOOK, SCOPE_PAY, SCOPE_CONFIRM]"));
  world_->Advance(absl::Seconds(1));
  const Caller spy = {"spy", "acting_for", kTameside};
  EXPECT_TRUE(world_->Call("BudgetsService.GetBalance", spy, absl::StrCat(person, "budget_id: '", opened, "'")).ok());
  for (const Row& row : Rows()) {
    if (!absl::StrContains(row.own, "acting_for") || absl::StrContains(row.request, "{request}")) continue;
    std::map<std::string, std::string> names = mine_->names;
    names["{for}"] = person;
    const Answer answer = world_->Call(row.method, spy, absl::StrReplaceAll(row.request, names));
    const bool own_list = answer.ok() && !absl::StrContains(answer.response->DebugString(), side.budget_id) &&
                          !absl::StrContains(answer.response->DebugString(), mine_->names.at("{booking_id}"));
    EXPECT_TRUE(answer.status.error_code() == grpc::StatusCode::NOT_FOUND || own_list)
        << row.method << " " << answer.reason << answer.response->DebugString();
  }
}

// A wallet of a person's own money is invisible to their council, on every way to it.
class OwnMoneyMatrix : public Matrix {
 protected:
  void SetUp() override {
    const Side& side = mine_->side;
    const std::string person = absl::StrCat("person_id: '", side.person.subject, "' ");
    const Answer opened = world_->Do(
        "BudgetsService.OpenBudget", side.person,
        absl::StrCat(person, "funder: FUNDER_SELF lines { line_id: 'own' holding: HOLDING_SELF_FUNDED allocation { "
                             "pence: 50000 } } ",
                     DateText("period_start", world_->now()),
                     DateText("period_end", world_->now() + absl::Hours(24 * 300)), "source: 'SYNTHETIC'"));
    wallet_id_ = opened.Text("budget_id");
    wallet_ = absl::StrCat(person, "budget_id: '", wallet_id_, "' ");
  }

  // A booking with the wallet; its names for a request about it.
  std::string Book(const Caller& caller, int hours) {
    const absl::Time start = absl::FromCivil(absl::CivilHour(2026, 6, 8, 10), absl::UTCTimeZone()) + absl::Hours(hours);
    const std::string text = absl::StrReplaceAll(BookingText(mine_->side, start), {{mine_->side.budget(), wallet_}});
    const Answer booked = world_->Do("BookingsService.RequestBooking", caller, text);
    world_->Advance(absl::Seconds(1));
    return absl::StrCat(mine_->side.provider(), "booking_id: '", booked.Text("booking_id"), "' ");
  }
  static std::string Text(const Answer& answer) { return answer.reason + answer.response->DebugString(); }

  std::string wallet_id_;
  std::string wallet_;
};

TEST_F(OwnMoneyMatrix, ACouncilNeitherSeesNorChangesAWallet) {
  const std::string held =
      world_->Do("BudgetsService.PlaceHold", mine_->side.person, absl::StrCat(wallet_, HoldText(mine_->side)))
          .Text("hold_id");
  for (const Row& row : Rows()) {
    if (row.request.find("{budget}") == std::string::npos || row.method == "BudgetsService.RevokeActing") continue;
    std::map<std::string, std::string> names = mine_->names;
    names["{budget}"] = wallet_;
    names["{hold}"] = absl::StrCat("hold_id: '", held, "' ");
    std::string request = absl::StrReplaceAll(row.request, names);
    request = absl::StrReplaceAll(request, {{"'support'", "'own'"}});
    const Answer answer = world_->Call(row.method, mine_->side.practitioner, request);
    EXPECT_EQ(answer.status.error_code(), grpc::StatusCode::NOT_FOUND) << row.method << " " << Text(answer);
  }
  for (const int page_size : {1, 100}) {
    const Answer listed =
        world_->Call("BudgetsService.ListBudgets", mine_->side.practitioner,
                     absl::StrCat("person_id: '", mine_->side.person.subject, "' page_size: ", page_size));
    EXPECT_EQ(Text(listed).find(wallet_id_), std::string::npos);
    EXPECT_EQ(listed.Text("next_page_token"), "");
  }
  const Answer own = world_->Call("BudgetsService.GetBalance", mine_->side.person, wallet_);
  EXPECT_NE(Text(own).find("held_pence: 100"), std::string::npos) << Text(own);
}

TEST_F(OwnMoneyMatrix, ACouncilDoesNotSpendAWalletThroughABooking) {
  const std::string booking = Book(mine_->side.practitioner, 0);
  const Answer seen = world_->Call("BookingsService.GetBooking", mine_->side.practitioner, booking);
  EXPECT_NE(Text(seen).find("reason: \"BUDGET_NOT_FOUND\""), std::string::npos) << Text(seen);
  const Answer own = world_->Call("BudgetsService.GetBalance", mine_->side.person, wallet_);
  EXPECT_EQ(Text(own).find("held_pence"), std::string::npos) << Text(own);
}

TEST_F(OwnMoneyMatrix, ACouncilHasNoPartInWhatIsBookedWithIt) {
  const std::string booking = Book(mine_->side.person, 24);
  const std::string id = booking.substr(booking.find("booking_id"));
  ASSERT_TRUE(world_->Call("BookingsService.GetBooking", mine_->side.person, booking).ok());
  ASSERT_TRUE(world_->Call("BookingsService.GetBooking", mine_->side.owner, booking).ok());
  for (const Row& row : Rows()) {
    if (!absl::StrContains(row.request, "{booking}") || !absl::StrContains(row.own, "practitioner")) continue;
    std::map<std::string, std::string> names = mine_->names;
    names["{booking}"] = booking;
    const Answer answer = world_->Call(row.method, mine_->side.practitioner, absl::StrReplaceAll(row.request, names));
    EXPECT_EQ(answer.status.error_code(), grpc::StatusCode::NOT_FOUND) << row.method << " " << Text(answer);
  }
  const std::string of_person = absl::StrCat("person_id: '", mine_->side.person.subject, "' ");
  for (const std::string& by : {of_person, mine_->side.provider()}) {
    const Answer listed = world_->Call("BookingsService.ListBookings", mine_->side.practitioner, by);
    ASSERT_TRUE(listed.ok()) << listed.reason;
    EXPECT_EQ(Text(listed).find(wallet_id_), std::string::npos) << Text(listed);
  }
  // Nor does a page's end say that there is something.
  const std::string own_id = id.substr(id.find('\'') + 1, 36);
  for (std::string page_token; true;) {
    const Answer page = world_->Call("BookingsService.ListBookings", mine_->side.practitioner,
                                     absl::StrCat(of_person, "page_size: 1 page_token: '", page_token, "'"));
    ASSERT_TRUE(page.ok()) << page.reason;
    page_token = page.Text("next_page_token");
    std::string place;
    ASSERT_TRUE(absl::WebSafeBase64Unescape(page_token, &place));
    EXPECT_EQ(place.find(own_id), std::string::npos) << place;
    EXPECT_NE(Text(page).find("bookings"), std::string::npos) << "an empty page";
    if (page_token.empty()) break;
  }
}

// Nor through somebody whom it names, nor an app that the person did not consent to.
TEST_F(OwnMoneyMatrix, WhomACouncilNamedFindsNoWallet) {
  const Caller named = {"named-by-council", "acting_for", kTameside};
  const Caller app = {"named-by-council", "partner", kTrafford};
  const std::string council_budget = mine_->side.budget();
  world_->Do("BudgetsService.GrantActing", mine_->side.practitioner,
             absl::StrCat(council_budget, "helper_id: 'named-by-council' basis: ACTING_BASIS_NOMINATED_PERSON scopes: "
                                          "[SCOPE_SEE, SCOPE_BOOK, SCOPE_PAY]"));
  world_->Advance(absl::Seconds(1));
  EXPECT_TRUE(world_->Call("BudgetsService.GetBalance", named, council_budget).ok());
  EXPECT_EQ(world_->Call("BudgetsService.GetBalance", named, wallet_).reason, "BUDGET_NOT_FOUND");
  EXPECT_EQ(world_->Call("BudgetsService.PlaceHold", named, absl::StrCat(wallet_, HoldText(mine_->side))).reason,
            "BUDGET_NOT_FOUND");
  EXPECT_EQ(world_->Call("BudgetsService.GetBalance", app, council_budget).reason, "BUDGET_NOT_FOUND");
  const std::string booking = Book(named, 48);
  // What may be the person's own is not shown to whom the council named; what the council pays is.
  EXPECT_EQ(world_->Call("BookingsService.GetBooking", named, booking).reason, "BOOKING_NOT_FOUND");
  EXPECT_TRUE(world_->Call("BookingsService.GetBooking", named, mine_->names.at("{booking}")).ok());
  EXPECT_EQ(world_->Call("FeedbackService.GetConversation", named, mine_->names.at("{conversation}")).reason,
            "CONVERSATION_NOT_FOUND");
  const Answer seen = world_->Call("BookingsService.GetBooking", mine_->side.person, booking);
  EXPECT_NE(Text(seen).find("reason: \"BUDGET_NOT_FOUND\""), std::string::npos) << Text(seen);
  // Of the person's council, though the helper is of another.
  EXPECT_NE(Text(seen).find("tenant: \"E08000009\""), std::string::npos) << Text(seen);
}

}  // namespace
}  // namespace regard::e2e
