/** The formula language, case by case and at random. */
