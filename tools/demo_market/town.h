// The market as the demonstration knows it: who is there under which id and token, and what people have arranged.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tools/demo_market/cast.h"

namespace regard::demo {

// Every budget here has one line.
constexpr char kBudgetLine[] = "main";

// Somebody who offers support, once registered or claimed.
struct ProviderAccount {
  std::string provider_id;
  std::string name;
  std::string token;
  std::vector<std::string> worker_ids;
  std::vector<std::string> worker_names;
  // Null for a claimed community organisation.
  const ProviderPlan* plan = nullptr;
};

// A visit or a place every week.
struct Arrangement {
  std::string provider_id;
  std::string listing_id;
  std::string category;
  providers::v1::ListingForm form = providers::v1::LISTING_FORM_VISIT;
  bool at_home = false;
  bool own_assistant = false;
  // 1 is Monday.
  int weekday = 1;
  int start_minute_of_day = 0;
  int minutes = 0;
  int64_t amount_pence = 0;
  // Who came last time.
  std::string usual_worker_id;
  // Refusals in a row; after a few they look elsewhere.
  int refusals = 0;
  // Given up; these say why the budget refused, so that they look for something else.
  bool over = false;
  bool too_dear = false;
  bool not_allowed = false;
};

struct Person {
  const PersonPlan* plan = nullptr;
  std::string token;
  // Whoever books for them; their own when they do it themselves.
  std::string booking_token;
  std::string budget_id;
  std::vector<Arrangement> arrangements;
  // Of the plan's, those that the budget may pay.
  std::vector<std::string> wants;
  // They were told that it is too dear for their budget, and look for less since.
  bool knows_price_limit = false;
  // Gone to another council.
  bool moved = false;
  // Wants that nothing was found for.
  std::vector<std::string> unmet;
};

struct Town {
  std::vector<ProviderPlan> provider_plans;
  std::vector<PersonPlan> person_plans;
  // By provider id.
  std::map<std::string, ProviderAccount> providers;
  std::vector<Person> people;
  // By source, of what registers know.
  std::map<std::string, std::string> known_provider_ids;
};

}  // namespace regard::demo
