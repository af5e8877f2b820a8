#include "tools/demo_market/offers.h"

namespace regard::demo {
namespace {

using providers::v1::LISTING_FORM_GROUP_SESSION;
using providers::v1::LISTING_FORM_VISIT;

// An hour for a visit, a place for a group. Prices are invented, near what people ask in 2026.
constexpr Offer kOffers[] = {
    {"regard:companionship", LISTING_FORM_VISIT, "Company and a chat", "A visit at home, a walk or a cup of tea in town.",
     1500, 2200, 10},
    {"regard:gardening", LISTING_FORM_VISIT, "Gardening together",
     "Lawn, beds and pots, done with you or for you; you say what grows.", 1600, 2500, 7},
    {"regard:cleaning", LISTING_FORM_VISIT, "Cleaning and laundry", "A clean home the way you like it.", 1450, 2000, 8},
    {"regard:handyperson", LISTING_FORM_VISIT, "Odd jobs", "Shelves, bulbs, dripping taps and grab rails.", 2000, 3000, 3},
    {"regard:cooking", LISTING_FORM_VISIT, "Cooking in your kitchen", "We plan, shop and cook together.", 1550, 2200, 6},
    {"regard:shopping", LISTING_FORM_VISIT, "Shopping and errands", "To the shops with you, or for you.", 1450, 2000, 5},
    {"regard:transport", LISTING_FORM_VISIT, "A lift and an arm", "Door to door, and waiting with you.", 1500, 2200, 4},
    {"regard:pets", LISTING_FORM_VISIT, "Dog walking", "A good walk for the dog, with you when you can.", 1200, 1800, 2},
    {"regard:technology", LISTING_FORM_VISIT, "Help with phone and computer", "Patient, at your own table.", 1700, 2600, 3},
    {"regard:money-and-paperwork", LISTING_FORM_VISIT, "Letters, forms and bills", "We sort the pile together.", 1800,
     2800, 2},
    {"regard:carers", LISTING_FORM_VISIT, "A break for your carer", "Somebody kind stays while they go out.", 1600, 2300, 5},
    {"regard:exercise", LISTING_FORM_VISIT, "Walking and moving", "Gentle exercise at home or in the park.", 1700, 2600, 3},
    {"regard:personal-care", LISTING_FORM_VISIT, "Personal care by your own assistant",
     "Washing, dressing and getting up, in your way and at your pace.", 1700, 2500, 8, true},
    {"esdServiceType:242", LISTING_FORM_VISIT, "Care at home", "Care at home by a small registered team.", 2100, 2900, 6, true},
    {"regard:arts", LISTING_FORM_GROUP_SESSION, "Painting and pottery", "A small group, all materials there.", 700, 1500, 3},
    {"regard:music-and-drama", LISTING_FORM_GROUP_SESSION, "Singing together", "No experience needed.", 500, 1000, 2},
    {"regard:day-activity", LISTING_FORM_GROUP_SESSION, "A day out and a meal", "Good company from late morning.", 1500,
     3200, 4},
    {"regard:learning", LISTING_FORM_GROUP_SESSION, "Learn something new", "A course at an easy pace.", 600, 1400, 2},
};

constexpr FreeActivity kFreeActivities[] = {
    {"library", "regard:library", "Tea and books"},
    {"choir", "regard:music-and-drama", "Sing along"},
    {"music", "regard:music-and-drama", "Open music afternoon"},
    {"bowl", "regard:exercise", "Come and try bowling"},
    {"walking", "regard:exercise", "Easy walk"},
    {"older", "regard:day-activity", "Social afternoon"},
    {"elderly", "regard:day-activity", "Social afternoon"},
    {"community centre", "regard:day-activity", "Coffee morning"},
    {"wellbeing", "regard:mental-wellbeing", "Open wellbeing hour"},
    {"garden", "regard:gardening", "Community garden morning"},
    {"arts", "regard:arts", "Open studio"},
    {"carers", "regard:carers", "Carers' coffee"},
};

constexpr absl::string_view kFirstNames[] = {
    "Asha",   "Ben",    "Carys", "Deepak", "Ellen",  "Femi",   "Grace",  "Harjit", "Imran", "Joan",   "Kofi",   "Lena",
    "Maryam", "Nadia",  "Olu",   "Priya",  "Quentin", "Rosa",  "Samir",  "Teresa", "Uma",   "Viktor", "Wanda",  "Xenia",
    "Yusuf",  "Zainab", "Alan",  "Bridget", "Colin", "Dorota", "Eileen", "Farah",  "Gwen",  "Hamza",  "Irene",  "Jakub"};

}  // namespace

absl::Span<const Offer> Offers() { return kOffers; }
absl::Span<const FreeActivity> FreeActivities() { return kFreeActivities; }
absl::Span<const absl::string_view> FirstNames() { return kFirstNames; }

}  // namespace regard::demo
