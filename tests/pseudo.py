"""A language that nobody speaks: the source with its vowels accented, in a folder beside the languages that there are."""

import shutil

from babel.messages.pofile import read_po, write_po

from comity.words.catalogue import FOLDER, SOURCE

NAME = "qps"
ACCENTED = str.maketrans("aeiouyAEIOUY", "áéíóúýÁÉÍÓÚÝ")


def accented(text):
    """A text with its gaps left as they are."""
    said, within = [], False
    for sign in text:
        within = sign == "{" or (within and sign != "}")
        said.append(sign if within else sign.translate(ACCENTED))
    return "".join(said)


def dropped_in(folder):
    """The folder of languages with one more in it."""
    shutil.copytree(FOLDER, folder)
    (folder / NAME).mkdir()
    for file in (FOLDER / SOURCE).glob("*.po"):
        with file.open("rb") as held:
            catalogue = read_po(held)
        for one in catalogue:
            if one.context is not None and (file.stem != "language" or one.context == "name"):
                one.string = accented(one.id) if isinstance(one.id, str) else tuple(map(accented, one.id))
        with (folder / NAME / file.name).open("wb") as made:
            write_po(made, catalogue)
    return folder
