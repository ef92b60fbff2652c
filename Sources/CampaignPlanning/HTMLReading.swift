package import CampaignModel

/// Turns HTML, however broken, into rich text. FeedReading has the real one; planning stays free of libxml2.
package typealias HTMLReading = @Sendable (String) -> RichText

/// Says what is wrong with a mapping beyond its form, a sentence each. FeedReading knows; planning stays free of libxml2.
package typealias MappingChecking = @Sendable (DocumentMapping) -> [String]
