"""What leaves: the content of a form with its whole history, as PDF, ODM and tables.

    casebook  what is printed, as plain data     body, trail, compose  make it from the tables
    pdf       casebook -> PDF/A-3u               attachments, odm      the files inside it
    seal      the seal on the finished file      verify                checks a file, also offline

This layer only reads.
"""
