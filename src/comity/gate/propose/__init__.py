"""What each column of a source is: proposed from its name, the shape of its values and their check digits; a person confirms."""

from comity.gate.propose.proposal import Proposal, propose

__all__ = ["Proposal", "propose"]
